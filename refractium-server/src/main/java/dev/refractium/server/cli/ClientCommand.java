package dev.refractium.server.cli;

import com.google.gson.JsonParseException;
import dev.refractium.server.StartException;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.control.ControlClient;
import dev.refractium.server.text.Escape;
import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that talks to one running server. */
abstract class ClientCommand {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Mixin
    private final ServerSearch search = new ServerSearch();

    /** What a command does with its server. */
    interface Talk {
        /**
         * Talks to the server and returns the exit code.
         *
         * @throws IOException if the server does not answer
         * @throws JsonParseException if its answer is not what a server answers
         */
        int with(ControlClient server) throws IOException;
    }

    /** Finds the server and talks to it; prints why that has failed. */
    final int talk(Talk talk) throws ConfigException, StartException {
        try {
            return talk.with(search.find());
        } catch (IOException e) {
            complain(String.valueOf(e.getMessage()));
        } catch (JsonParseException e) {
            complain("what answers at the socket is no Refractium: its answer is " + e.getMessage());
        }
        return ExitCode.COULD_NOT_RUN;
    }

    final CommandSpec command() {
        return command;
    }

    /** Returns where answers are printed. */
    final PrintWriter out() {
        return command.commandLine().getOut();
    }

    /** Returns where problems are printed. */
    final PrintWriter err() {
        return command.commandLine().getErr();
    }

    final void complain(String text) {
        err().println("refractium: " + Escape.text(text, 4096));
    }
}
