package dev.refractium.server.cli;

import dev.refractium.api.Transport;
import dev.refractium.server.StartException;
import dev.refractium.server.config.ConfigException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Serves UDP alone. */
@Command(
        name = "udp",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = "Serves UDP alone.")
final class UdpCommand implements Callable<Integer> {
    @Mixin
    private final ServerOptions options = new ServerOptions();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Override
    public Integer call() throws ConfigException, StartException, InterruptedException {
        return Serving.run(
                options.server().transports(Transport.UDP),
                command.commandLine().getOut());
    }
}
