package dev.refractium.server.cli;

import dev.refractium.server.control.ControlClient;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

/** Prints the status of a running server. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = "Says how a running server is: sessions, plugins, backends, its last reload.",
        footer = {"", "Exit code: 0 if the server serves, 1 if it does not or none answers, 2 usage."})
final class StatusCommand extends ControlCommand {
    @Override
    Request request() {
        return ControlClient::status;
    }

    @Override
    int answered(Answer answer, ControlClient server, PrintWriter people) {
        answer.text("state");
        StatusText text = new StatusText(answer.json(), server.socket().toString());
        text.print(people);
        return text.serves() ? ExitCode.OK : ExitCode.COULD_NOT_RUN;
    }
}
