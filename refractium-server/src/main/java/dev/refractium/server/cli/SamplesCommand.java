package dev.refractium.server.cli;

import com.google.gson.JsonObject;
import dev.refractium.server.control.ControlClient;
import dev.refractium.server.control.SamplesRequest;
import java.io.PrintWriter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints the first bytes of clients that a running server found no route for, and switches that on and off. */
@Command(
        name = "samples",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Prints the first bytes of the newest clients that got no route, while a running server keeps them.",
            "",
            "  on   keeps them from now on, for a while",
            "  off  keeps none any longer, and forgets those that there are"
        },
        footer = {"", "Exit code: 0 done, 1 no server did it, 2 usage."})
final class SamplesCommand extends ControlCommand {
    private static final Duration USUAL = Duration.ofMinutes(10);

    @Parameters(arity = "0..1", paramLabel = "on|off", description = "Without it, they are printed.")
    private @Nullable String word;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            converter = QuantityConverters.Time.class,
            description = "When it ends by itself, as 30s, 10m or 1h; without it, after 10m.")
    private @Nullable Duration time;

    @Override
    Request request() {
        if (time != null && !"on".equals(word)) {
            throw new IllegalArgumentException("--for goes with on, and only with that");
        }
        if (word == null) {
            return ControlClient::samples;
        }
        SamplesRequest order = switch (word) {
            case "on" -> on(time == null ? USUAL : time);
            case "off" -> new SamplesRequest(Duration.ZERO);
            default -> throw new IllegalArgumentException("'" + word + "' is neither on nor off");
        };
        return server -> server.sample(order);
    }

    private static SamplesRequest on(Duration time) {
        if (time.isZero()) {
            throw new IllegalArgumentException("--for 0s keeps nothing; write off");
        }
        return new SamplesRequest(time);
    }

    @Override
    int answered(Answer answer, ControlClient server, PrintWriter people) {
        people.println(
                answer.text("on").equals("true") ? "on until " + answer.text("until") : "off; `refractium samples on`");
        if (word != null) {
            printServer(server);
            return ExitCode.OK;
        }
        Table table = new Table().row("TIME", "LISTENER", "TRANSPORT", "REASON", "FIRST BYTES");
        for (JsonObject sample : JsonValues.objects(answer.json(), "newest")) {
            table.row(
                    JsonValues.text(sample, "time"),
                    JsonValues.text(sample, "listener"),
                    JsonValues.text(sample, "transport"),
                    JsonValues.text(sample, "reason"),
                    JsonValues.text(sample, "bytes"));
        }
        if (table.rows() > 1) {
            people.println();
            table.print(people, "");
        }
        return ExitCode.OK;
    }
}
