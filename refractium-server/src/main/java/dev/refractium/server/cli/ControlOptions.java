package dev.refractium.server.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.refractium.server.control.ControlClient;
import dev.refractium.server.text.Escape;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Which running server a command talks to, and in which form it prints what that says. */
final class ControlOptions {
    @Spec(Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Option(
            names = "--control",
            paramLabel = "PATH",
            description = "Control socket of the server, or a directory with one; without it, the only server that this"
                    + " user has in $RUNTIME_DIRECTORY, $XDG_RUNTIME_DIR/refractium or the temporary directory.")
    private @Nullable Path control;

    @Option(names = "--json", description = "Print the server's answer as it comes: one line of JSON.")
    private boolean json;

    /** One request. */
    interface Request {
        /** Asks; gives back the server's answer, which is JSON. */
        String ask(ControlClient server) throws IOException;
    }

    /**
     * Asks, and says on standard error if there is no answer or only an error. With --json a good answer is printed.
     *
     * @return empty if nothing was done
     */
    Optional<JsonObject> ask(Request request) {
        PrintWriter err = command.commandLine().getErr();
        try {
            ControlClient server = control == null ? ControlClient.find(System.getenv()) : ControlClient.at(control);
            String text = request.ask(server);
            JsonElement answer = JsonParser.parseString(text);
            if (!answer.isJsonObject()) {
                throw new JsonParseException("no object");
            }
            JsonObject object = answer.getAsJsonObject();
            if (object.has("error")) {
                err.println("refractium: " + Escape.text(object.get("error").getAsString(), 4096));
                return Optional.empty();
            }
            if (json) {
                command.commandLine().getOut().println(text);
            }
            return Optional.of(object);
        } catch (IOException e) {
            err.println("refractium: " + Escape.text(String.valueOf(e.getMessage()), 4096));
        } catch (JsonParseException e) {
            err.println("refractium: what answers at the socket is no Refractium: its answer is no JSON object");
        }
        return Optional.empty();
    }

    /** Whether people are to read the output. */
    boolean forPeople() {
        return !json;
    }
}
