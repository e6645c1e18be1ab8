package dev.refractium.server.cli;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Completion for the shell fish, from the commands' own model: a line for each command and flag. */
final class FishCompletion {
    private final String program;
    private final StringBuilder script = new StringBuilder();

    private FishCompletion(String program) {
        this.program = program;
    }

    /** Returns the script that completes {@code root} and its commands. */
    static String of(CommandSpec root) {
        var completion = new FishCompletion(root.name());
        completion.add(root, "__fish_use_subcommand");
        root.subcommands().forEach((name, command) -> completion.addCommand(name, command, "__fish_use_subcommand"));
        return completion.script.toString();
    }

    private void addCommand(String name, CommandLine command, String where) {
        CommandSpec spec = command.getCommandSpec();
        line(where, "-f -a " + name, first(spec.usageMessage().description()));
        String inside = "__fish_seen_subcommand_from " + name;
        add(spec, inside);
        spec.subcommands().forEach((nested, inner) -> addCommand(nested, inner, inside));
    }

    private void add(CommandSpec spec, String where) {
        for (OptionSpec option : ManualPage.sorted(spec)) {
            var names = new StringBuilder();
            for (String name : option.names()) {
                names.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
            }
            String value = option.arity().max() > 0 ? " -r" : "";
            line(where, names.toString().strip() + value, first(option.description()));
        }
    }

    private void line(String where, String what, String description) {
        script.append("complete -c " + program + " -n '" + where + "' " + what + " -d '"
                + description.replace("\\", "\\\\").replace("'", "\\'") + "'\n");
    }

    private static String first(String... description) {
        return description.length == 0
                ? ""
                : description[0].replaceAll("%n.*", "").replace("%%", "%");
    }
}
