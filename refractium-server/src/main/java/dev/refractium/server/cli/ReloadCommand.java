package dev.refractium.server.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.refractium.server.control.ControlClient;
import dev.refractium.server.text.Escape;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lets a running server read its configuration and its plugins again. */
@Command(
        name = "reload",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = "Lets a running server read its configuration and plugins again, and waits for what comes of it.",
        footer = {"", "Exit code: 0 applied or unchanged, 1 no server did it, 2 usage, or the configuration is refused."
        })
final class ReloadCommand implements Callable<Integer> {
    @Mixin
    private final ControlOptions options = new ControlOptions();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Override
    public Integer call() {
        Optional<JsonObject> answer = options.ask(ControlClient::reload);
        if (answer.isEmpty()) {
            return ExitCode.COULD_NOT_RUN;
        }
        JsonObject report = answer.get();
        String outcome = report.get("outcome").getAsString();
        boolean refused = outcome.equals("refused");
        CommandLine line = command.commandLine();
        for (JsonElement problem : report.getAsJsonArray("problems")) {
            line.getErr().println(Escape.text(problem.getAsString(), 4096));
        }
        if (options.forPeople()) {
            String generation = report.get("generation").getAsString();
            line.getOut()
                    .println(
                            refused
                                    ? "refused; generation " + generation + " serves on"
                                    : outcome + "; generation " + generation + " serves");
        }
        return refused ? ExitCode.USAGE : ExitCode.OK;
    }
}
