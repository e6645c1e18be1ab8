package dev.refractium.server.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.refractium.server.control.ControlClient;
import dev.refractium.server.text.Escape;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

/** Has a running server read its configuration and its plugins again. */
@Command(
        name = "reload",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = "Lets a running server read its configuration and plugins again, and waits for what comes of it.",
        footer = {"", "Exit code: 0 applied, 1 no server did it, 2 usage, or the configuration is refused."})
final class ReloadCommand extends ControlCommand {
    @Override
    Request request() {
        return ControlClient::reload;
    }

    @Override
    int answered(JsonObject answer, PrintWriter people) {
        String outcome = answer.get("outcome").getAsString();
        String generation = answer.get("generation").getAsString();
        boolean refused = outcome.equals("refused");
        for (JsonElement problem : answer.getAsJsonArray("problems")) {
            err().println(Escape.text(problem.getAsString(), 4096));
        }
        people.println(
                refused
                        ? "refused; generation " + generation + " serves on"
                        : outcome + "; generation " + generation + " serves");
        return refused ? ExitCode.USAGE : ExitCode.OK;
    }
}
