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
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that asks one running server something, and prints what that says: for people, or as JSON. */
abstract class ControlCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Mixin
    private final ServerSearch search = new ServerSearch();

    @Option(names = "--json", order = 4, description = "Print the server's answer as one line of JSON.")
    private boolean json;

    /** One request. */
    interface Request {
        /** Asks; gives back the server's answer, which is JSON. */
        String ask(ControlClient server) throws IOException;
    }

    /**
     * What to ask, by what was given.
     *
     * @throws IllegalArgumentException if that makes no sense
     */
    abstract Request request();

    /**
     * Says what a good answer comes to.
     *
     * @param server the one that gave it
     * @param people takes what they are to read
     * @return the exit code
     * @throws JsonParseException if it is not what a server answers
     */
    abstract int answered(Answer answer, ControlClient server, PrintWriter people);

    @Override
    public final Integer call() throws ConfigException, StartException {
        Request request = requestOrMisuse();
        try {
            ControlClient server = search.find();
            return judge(Answer.parse(request.ask(server)), server);
        } catch (IOException e) {
            complain(String.valueOf(e.getMessage()));
        } catch (JsonParseException e) {
            complain("what answers at the socket is no Refractium: its answer is " + e.getMessage());
        }
        return ExitCode.COULD_NOT_RUN;
    }

    /** Where problems go. */
    final PrintWriter err() {
        return command.commandLine().getErr();
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
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private int judge(Answer answer, ControlClient server) {
        Optional<String> error = answer.error();
        if (error.isPresent()) {
            complain(error.get());
            return ExitCode.COULD_NOT_RUN;
        }
        PrintWriter out = command.commandLine().getOut();
        int code = answered(answer, server, json ? new PrintWriter(Writer.nullWriter()) : out);
        if (json) {
            out.println(answer.line());
        }
        return code;
    }

    private void complain(String text) {
        err().println("refractium: " + Escape.text(text, 4096));
    }
}
