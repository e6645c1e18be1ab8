package dev.refractium.server.cli;

import com.google.gson.JsonParseException;
import dev.refractium.server.control.BackendRequest;
import dev.refractium.server.control.BackendRequest.Action;
import dev.refractium.server.control.BackendRequest.Term;
import dev.refractium.server.control.ControlClient;
import dev.refractium.server.text.Escape;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** Orders what a backend of a running server is to do. */
@Command(
        name = "backend",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Takes a backend of a running server out of use, and into use again.",
            "",
            "  drain    takes no new sessions; those it has go on",
            "  disable  takes no new sessions, and those it has are closed",
            "  enable   is as configured again, its weight too",
            "  weight   has the weight N instead of the configured one"
        },
        footer = {
            "",
            "Orders outlive reloads and restarts; the status shows them.",
            "",
            "Exit code: 0 done, 1 no server did it, 2 usage."
        })
final class BackendCommand extends ControlCommand {
    @Parameters(
            index = "0",
            paramLabel = "drain|disable|enable|weight",
            converter = Word.class,
            description = "What it is to do.")
    @SuppressWarnings("NullAway.Init")
    private Action action;

    @Parameters(index = "1", paramLabel = "ADDRESS", description = "The backend, as the status names it.")
    @SuppressWarnings("NullAway.Init")
    private String address;

    @Parameters(index = "2", arity = "0..1", paramLabel = "N", description = "Its weight, 1 to 1000.")
    private @Nullable Integer weight;

    @Option(
            names = "--pool",
            paramLabel = "NAME",
            description = "In this pool only; without it, in all that have the backend.")
    private @Nullable String pool;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            converter = QuantityConverters.Time.class,
            description = "After this time it is as configured again, as 30m or 8h.")
    private @Nullable Duration time;

    @Option(names = "--forget", description = "Do not keep the order: a restart ends it.")
    private boolean forget;

    @Option(names = "--force", description = "Also if it is the last live backend of a pool.")
    private boolean force;

    private static final class Word implements ITypeConverter<Action> {
        @Override
        public Action convert(String word) {
            return Stream.of(Action.values())
                    .filter(action -> action.name().toLowerCase(Locale.ROOT).equals(word))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException(
                            "'" + word + "' is no order; write drain, disable, enable or weight"));
        }
    }

    @Override
    Request request() {
        BackendRequest request = new BackendRequest(
                action,
                address,
                Optional.ofNullable(pool),
                weight == null ? OptionalInt.empty() : OptionalInt.of(weight),
                new Term(Optional.ofNullable(time), forget, force));
        return server -> server.order(request);
    }

    @Override
    int answered(Answer answer, ControlClient server, PrintWriter people) throws JsonParseException {
        String pools = String.join(", ", answer.texts("pools"));
        people.println(Escape.text(
                address + (pools.isEmpty() ? "" : " in " + pools) + ": " + answer.text("after") + " (was "
                        + answer.text("before") + ")",
                4096));
        int sessions = answer.number("sessions");
        if (action == Action.DISABLE) {
            people.println("closed: " + sessions + (sessions == 1 ? " session" : " sessions"));
        }
        if (action != Action.ENABLE && !forget && answer.text("kept").equals("false")) {
            err().println(
                            "refractium: not kept: a restart will forget the order; the key state_dir says where to keep it");
        }
        printServer(server);
        return ExitCode.OK;
    }
}
