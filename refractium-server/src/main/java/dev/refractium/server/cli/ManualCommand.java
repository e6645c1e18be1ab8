package dev.refractium.server.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints a manual page. */
@Command(
        name = "manual",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = "Prints a manual page, for: refractium manual status | man -l -")
final class ManualCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Parameters(arity = "0..1", paramLabel = "COMMAND", description = "Whose page; without it, that of all commands.")
    private String name = "";

    @Override
    public Integer call() {
        CommandSpec root = command.root();
        CommandLine wanted =
                name.isEmpty() ? root.commandLine() : root.subcommands().get(name);
        if (wanted == null) {
            throw new ParameterException(
                    command.commandLine(), name + ": no such command; refractium --help lists them");
        }
        command.commandLine().getOut().print(ManualPage.of(wanted.getCommandSpec()));
        command.commandLine().getOut().flush();
        return ExitCode.OK;
    }
}
