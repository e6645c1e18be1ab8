package dev.refractium.server.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.refractium.server.control.ControlClient;
import dev.refractium.server.text.Escape;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that sends one request to a running server, and prints the answer: in words, or as JSON. */
abstract class ControlCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Option(
            names = "--control",
            order = 1,
            paramLabel = "PATH",
            description = "Control socket of the server, or a directory with one; without it, the only server that this"
                    + " user has in $RUNTIME_DIRECTORY, $XDG_RUNTIME_DIR/refractium or the temporary directory.")
    private @Nullable Path control;

    @Option(names = "--json", order = 2, description = "Print the server's answer as it comes: one line of JSON.")
    private boolean json;

    /** One request. */
    interface Request {
        /** Sends the request; returns the server's answer, which is JSON. */
        String ask(ControlClient server) throws IOException;
    }

    /**
     * Returns the request for the given arguments.
     *
     * @throws IllegalArgumentException if they contradict each other
     */
    abstract Request request();

    /**
     * Prints a successful answer.
     *
     * @param people where to print it
     * @return the exit code
     */
    abstract int answered(JsonObject answer, PrintWriter people);

    @Override
    public final Integer call() {
        Request request = requestOrMisuse();
        try {
            ControlClient server = control == null ? ControlClient.find(System.getenv()) : ControlClient.at(control);
            String text = request.ask(server);
            JsonElement answer = JsonParser.parseString(text);
            if (!answer.isJsonObject()) {
                throw new JsonParseException("no object");
            }
            return judge(answer.getAsJsonObject(), text);
        } catch (IOException e) {
            complain(String.valueOf(e.getMessage()));
        } catch (JsonParseException e) {
            complain("what answers at the socket is no Refractium: its answer is no JSON object");
        }
        return ExitCode.COULD_NOT_RUN;
    }

    /** Returns where problems are printed. */
    final PrintWriter err() {
        return command.commandLine().getErr();
    }

    private Request requestOrMisuse() {
        try {
            return request();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private int judge(JsonObject answer, String text) {
        if (answer.has("error")) {
            complain(answer.get("error").getAsString());
            return ExitCode.COULD_NOT_RUN;
        }
        PrintWriter out = command.commandLine().getOut();
        if (json) {
            out.println(text);
        }
        return answered(answer, json ? new PrintWriter(Writer.nullWriter()) : out);
    }

    private void complain(String text) {
        err().println("refractium: " + Escape.text(text, 4096));
    }
}
