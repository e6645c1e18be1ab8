package dev.refractium.server.cli;

import dev.refractium.server.control.ControlClient;
import dev.refractium.server.text.Escape;
import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Has a running server read its configuration and its plugins again. */
@Command(
        name = "reload",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = "Lets a running server read its configuration and plugins again, and waits for what comes of it.",
        footer = {"", "Exit code: 0 applied, 1 no server did it, 2 usage, or the configuration is refused."})
final class ReloadCommand extends ControlCommand {
    @Option(names = "--force", description = "Take a map that has lost more than half of its names.")
    private boolean force;

    @Override
    Request request() {
        return this::reload;
    }

    private String reload(ControlClient server) throws IOException {
        Progress progress = Progress.of("waiting for the reload");
        try {
            return server.reload(force);
        } finally {
            progress.close();
        }
    }

    @Override
    int answered(Answer answer, ControlClient server, PrintWriter people) {
        String outcome = answer.text("outcome");
        String generation = answer.text("generation");
        boolean refused = outcome.equals("refused");
        answer.texts("problems").forEach(problem -> err().println(Escape.text(problem, 4096)));
        people.println(Escape.text(outcome + "; generation " + generation + (refused ? " serves on" : " serves")));
        printServer(server);
        return refused ? ExitCode.USAGE : ExitCode.OK;
    }
}
