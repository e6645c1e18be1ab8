package dev.refractium.server.cli;

import com.google.gson.JsonObject;
import dev.refractium.server.control.ControlClient;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says how a running server is. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = "Says how a running server is: sessions, plugins, backends, its last reload.",
        footer = {"", "Exit code: 0 if the server serves, 1 if it does not or none answers, 2 usage."})
final class StatusCommand implements Callable<Integer> {
    @Mixin
    private final ControlOptions options = new ControlOptions();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Override
    public Integer call() {
        Optional<JsonObject> status = options.ask(ControlClient::status);
        if (status.isEmpty()) {
            return ExitCode.COULD_NOT_RUN;
        }
        StatusText text = new StatusText(status.get());
        if (options.forPeople()) {
            text.print(command.commandLine().getOut());
        }
        return text.serves() ? ExitCode.OK : ExitCode.COULD_NOT_RUN;
    }
}
