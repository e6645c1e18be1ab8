package dev.refractium.server.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Puts the commands together and configures how they treat their arguments. */
final class CommandLines {
    private static final int WIDTH = 100;

    private CommandLines() {}

    /** Returns the whole command line, writing to these. */
    static CommandLine create(PrintWriter out, PrintWriter err, Terminal terminal) {
        CommandLine commands = new CommandLine(new ServeCommand());
        commands.setOut(out)
                .setErr(err)
                .setColorScheme(Help.defaultColorScheme(terminal.coloured() ? Ansi.ON : Ansi.OFF))
                .setUsageHelpWidth(WIDTH)
                .setExpandAtFiles(false) // "-f @x" is a value, not a file to read.
                .setExecutionStrategy(CommandLines::run)
                .setParameterExceptionHandler((e, arguments) -> Failure.misuse(e, err))
                .setExecutionExceptionHandler((e, command, parsed) -> Failure.report(e, err));
        return commands;
    }

    private static int run(ParseResult parsed) {
        boolean helps = parsed.isUsageHelpRequested() || parsed.isVersionHelpRequested();
        if (parsed.hasSubcommand() && !helps && !parsed.matchedOptions().isEmpty()) {
            String flag = parsed.matchedOptions().get(0).longestName();
            String command = parsed.subcommand().commandSpec().name();
            throw new ParameterException(
                    parsed.commandSpec().commandLine(),
                    flag + " stands before the command, where it says nothing; write: refractium " + command + " "
                            + flag);
        }
        return new CommandLine.RunLast().execute(parsed);
    }
}
