package dev.refractium.server.cli;

import dev.refractium.server.control.ControlClient;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

/** Prints the metrics of a running server. */
@Command(
        name = "metrics",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = "Prints the metrics of a running server, as Prometheus reads them.",
        footer = {"", "Exit code: 0 done, 1 if no server answers, 2 usage."})
final class MetricsCommand extends ControlCommand {
    @Override
    Request request() {
        return ControlClient::metrics;
    }

    @Override
    int answered(Answer answer, ControlClient server, PrintWriter people) {
        answer.texts("metrics").forEach(line -> people.print(line + "\n"));
        return ExitCode.OK;
    }
}
