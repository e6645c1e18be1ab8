package dev.refractium.server.cli;

import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.StartException;
import dev.refractium.server.config.ConfigException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A command that serves until a signal ends it. */
abstract class ServingCommand extends ServerCommand {
    @Option(
            names = "--take-over",
            arity = "0..1",
            fallbackValue = "",
            paramLabel = "SOCKET",
            description =
                    "Take the place of a running server without refusing a client: it passes its listening sockets on"
                            + " and ends. SOCKET: its control socket; without it, that of the configuration, or of the only server"
                            + " that this user runs.")
    private @Nullable String takeOver;

    /** Serves until a signal, or a successor, ends the server. */
    final int serve(RefractiumBuilder server) throws ConfigException, StartException, InterruptedException {
        if (takeOver == null) {
            return ServerRun.run(server, Optional.empty(), out());
        }
        Optional<Path> socket = takeOver.isEmpty() ? Optional.empty() : Optional.of(Path.of(takeOver));
        try (Predecessor predecessor = new Predecessor(socket)) {
            return ServerRun.run(server, Optional.of(predecessor), out());
        }
    }
}
