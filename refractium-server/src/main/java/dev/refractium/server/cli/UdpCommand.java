package dev.refractium.server.cli;

import dev.refractium.api.Transport;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.StartException;
import dev.refractium.server.config.ConfigException;
import picocli.CommandLine.Command;

/** Serves UDP alone. */
@Command(name = "udp", description = "Serves UDP alone.")
final class UdpCommand extends ServingCommand {
    @Override
    int run(RefractiumBuilder server) throws ConfigException, StartException, InterruptedException {
        return serve(server.transports(Transport.UDP));
    }
}
