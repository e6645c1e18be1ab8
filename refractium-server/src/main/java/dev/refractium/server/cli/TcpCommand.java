package dev.refractium.server.cli;

import dev.refractium.api.Transport;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.StartException;
import dev.refractium.server.config.ConfigException;
import picocli.CommandLine.Command;

/** Serves TCP alone. */
@Command(name = "tcp", description = "Serves TCP alone.")
final class TcpCommand extends ServingCommand {
    @Override
    int run(RefractiumBuilder server) throws ConfigException, StartException, InterruptedException {
        return serve(server.transports(Transport.TCP));
    }
}
