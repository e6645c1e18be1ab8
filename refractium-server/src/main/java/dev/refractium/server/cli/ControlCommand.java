package dev.refractium.server.cli;

import com.google.gson.JsonParseException;
import dev.refractium.server.StartException;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.control.ControlClient;
import dev.refractium.server.text.Escape;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** A command that sends one request to one running server, and prints the answer: in words, or as JSON. */
abstract class ControlCommand extends ClientCommand implements Callable<Integer> {
    @Option(names = "--json", order = 4, description = "Print the server's answer as one line of JSON.")
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
     * @param server the server that answered
     * @param people where to print it
     * @return the exit code
     * @throws JsonParseException if it is not what a server answers
     */
    abstract int answered(Answer answer, ControlClient server, PrintWriter people);

    @Override
    public final Integer call() throws ConfigException, StartException {
        Request request = requestOrMisuse();
        return talk(server -> judge(Answer.parse(request.ask(server)), server));
    }

    /** Prints which server did what it was asked: there may be several. */
    final void printServer(ControlClient server) {
        StringBuilder line = new StringBuilder("refractium: done by ");
        try {
            Answer status = Answer.parse(server.status());
            line.append("process ").append(status.text("pid")).append(", ");
            status.optional("configuration")
                    .ifPresent(
                            file -> line.append("configuration ").append(file).append(", "));
        } catch (IOException | JsonParseException e) {
            // It may have ended since.
        }
        err().println(Escape.text(
                line.append("control socket ").append(server.socket()).toString(), 4096));
    }

    private Request requestOrMisuse() {
        try {
            return request();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command().commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private int judge(Answer answer, ControlClient server) {
        Optional<String> error = answer.error();
        if (error.isPresent()) {
            complain(error.get());
            return ExitCode.COULD_NOT_RUN;
        }
        int code = answered(answer, server, json ? new PrintWriter(Writer.nullWriter()) : out());
        if (json) {
            out().println(answer.line());
        }
        return code;
    }
}
