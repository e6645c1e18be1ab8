package dev.refractium.server.cli;

import dev.refractium.api.Units;
import dev.refractium.server.control.CloseRequest;
import dev.refractium.server.control.CloseRequest.What;
import dev.refractium.server.control.ControlClient;
import java.io.PrintWriter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Ends sessions of a running server. */
@Command(
        name = "close",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = "Ends sessions of a running server: one, those of a route, or those of a generation.",
        footer = {"", "Exit code: 0 done, 1 no server did it, 2 usage."})
final class CloseCommand extends ControlCommand {
    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init")
    private Which which;

    @Option(
            names = "--after",
            paramLabel = "TIME",
            converter = QuantityConverters.Time.class,
            description = "How long they may go on, as 500ms, 30s, 5m or 1h; without it they end at once.")
    private Duration after = Duration.ZERO;

    private static final class Which {
        @Option(
                names = "--session",
                required = true,
                paramLabel = "ID",
                description = "This session, as the log names it.")
        private @Nullable String session;

        @Option(
                names = "--route",
                required = true,
                paramLabel = "R",
                description = "The route's, as the status names it.")
        private @Nullable String route;

        @Option(names = "--generation", required = true, paramLabel = "G", description = "Those that began with it.")
        private @Nullable String generation;

        CloseRequest request(Duration after) {
            if (session != null) {
                return new CloseRequest(What.SESSION, session, after);
            }
            return route == null
                    ? new CloseRequest(What.GENERATION, String.valueOf(generation), after)
                    : new CloseRequest(What.ROUTE, route, after);
        }
    }

    @Override
    Request request() {
        CloseRequest request = which.request(after);
        return server -> server.close(request);
    }

    @Override
    int answered(Answer answer, ControlClient server, PrintWriter people) {
        int sessions = answer.number("sessions");
        people.println((after.isZero() ? "closed" : "closes in " + Units.format(after)) + ": " + sessions
                + (sessions == 1 ? " session" : " sessions"));
        printServer(server);
        return ExitCode.OK;
    }
}
