package dev.refractium.server.cli;

import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.StartException;
import dev.refractium.server.config.ConfigException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that builds a server from a configuration and flags, to serve with it or to check it. */
@Command(mixinStandardHelpOptions = true, versionProvider = Version.class, sortOptions = false)
abstract class ServerCommand implements Callable<Integer> {
    @Mixin
    private final ServerOptions options = new ServerOptions();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Override
    public Integer call() throws ConfigException, StartException, InterruptedException {
        return run(options.server());
    }

    /** Runs the command and returns its exit code. */
    abstract int run(RefractiumBuilder server) throws ConfigException, StartException, InterruptedException;

    /** Takes the file that stands without a flag. */
    final void nameConfiguration(Path file) {
        options.nameConfiguration(file);
    }

    final PrintWriter out() {
        return command.commandLine().getOut();
    }

    final PrintWriter err() {
        return command.commandLine().getErr();
    }
}
