package dev.refractium.server.cli;

import java.io.PrintWriter;
import java.util.Locale;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints what a shell needs to complete commands and flags. */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = "Prints the script by which a shell completes this command line.")
final class CompletionCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Parameters(paramLabel = "SHELL", description = "One of: ${COMPLETION-CANDIDATES}.")
    @SuppressWarnings("NullAway.Init")
    private Shell shell;

    /** Named as users name them. */
    enum Shell {
        BASH,
        ZSH,
        FISH;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public void run() {
        CommandSpec root = command.root();
        PrintWriter out = command.commandLine().getOut();
        switch (shell) {
            case BASH -> out.print(AutoComplete.bash(root.name(), root.commandLine()));
            // zsh runs bash's script but has no compopt, which only says what comes before a blank. The last line
            // completes
            // at the call that loads the script.
            case ZSH ->
                out.print("#compdef " + root.name() + "\ncompopt() { :; }\n"
                        + AutoComplete.bash(root.name(), root.commandLine())
                        + "\n_bash_complete -o default -F _complete_" + root.name() + "\n");
            case FISH -> out.print(FishCompletion.of(root));
        }
        out.flush();
    }
}
