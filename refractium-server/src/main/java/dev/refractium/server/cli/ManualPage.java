package dev.refractium.server.cli;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** A manual page (man(7), section 1) of one command, from the command's own model. */
final class ManualPage {
    private final StringBuilder page = new StringBuilder();

    private ManualPage() {}

    /** Returns the page in roff. */
    static String of(CommandSpec command) {
        ManualPage page = new ManualPage();
        page.head(command);
        page.arguments(command);
        page.commands(command);
        page.foot(command);
        return page.page.toString();
    }

    private void head(CommandSpec command) {
        String name = command.qualifiedName("-");
        List<String> description = texts(command.usageMessage().description());
        macro("TH \"" + name.toUpperCase(Locale.ROOT) + "\" 1 \"\" \"Refractium\" \"Refractium\"");
        section("NAME");
        text(name + " \\- ", description.get(0));
        section("SYNOPSIS");
        text("", command.commandLine().getHelp().synopsis(0).strip());
        section("DESCRIPTION");
        description.forEach(this::paragraph);
    }

    private void arguments(CommandSpec command) {
        if (!command.positionalParameters().isEmpty()) {
            section("ARGUMENTS");
            for (PositionalParamSpec parameter : command.positionalParameters()) {
                entry(italic(parameter.paramLabel()), parameter);
            }
        }
        section("OPTIONS");
        for (OptionSpec option : sorted(command)) {
            String names = Arrays.stream(option.names()).map(ManualPage::bold).collect(Collectors.joining(", "));
            entry(option.arity().max() > 0 ? names + " " + italic(option.paramLabel()) : names, option);
        }
    }

    /** Returns the options by name: some are methods, which Java lists in another order in each run. */
    static List<OptionSpec> sorted(CommandSpec command) {
        return command.options().stream()
                .sorted(Comparator.comparing(OptionSpec::longestName))
                .toList();
    }

    private void entry(String tag, ArgSpec argument) {
        macro("TP");
        page.append(tag).append('\n');
        texts(argument.description()).forEach(line -> text("", line));
    }

    private void commands(CommandSpec command) {
        if (!command.subcommands().isEmpty()) {
            section("COMMANDS");
            for (CommandLine subcommand : command.subcommands().values()) {
                CommandSpec spec = subcommand.getCommandSpec();
                macro("TP");
                page.append(bold(spec.name())).append('\n');
                texts(spec.usageMessage().description()).forEach(line -> text("", line));
            }
        }
    }

    private void foot(CommandSpec command) {
        List<String> footer = texts(command.usageMessage().footer());
        if (!footer.isEmpty()) {
            section("NOTES");
            footer.forEach(this::paragraph);
        }
        if (command.parent() != null) {
            section("SEE ALSO");
            page.append("\\fB" + escape(command.parent().qualifiedName("-")) + "\\fR(1)\n");
        }
    }

    /** Returns the lines as a terminal without colours has them, without empty ones. */
    private static List<String> texts(String... lines) {
        return Arrays.stream(lines)
                .flatMap(line -> Ansi.OFF
                        .string(line.replace("%n", "\n").replace("%%", "%"))
                        .lines())
                .filter(line -> !line.isBlank())
                .toList();
    }

    private void section(String name) {
        macro("SH " + name);
    }

    private void macro(String line) {
        page.append('.').append(line).append('\n');
    }

    private void paragraph(String text) {
        macro("PP");
        text("", text);
    }

    /** Appends text behind roff of ours. */
    private void text(String roff, String text) {
        text.lines()
                .map(line -> escape(line.strip()))
                .forEach(line -> page.append(roff).append(line).append('\n'));
    }

    private static String bold(String text) {
        return "\\fB" + escape(text) + "\\fR";
    }

    private static String italic(String text) {
        return "\\fI" + escape(text) + "\\fR";
    }

    /** Returns text without meaning for roff: neither escapes nor, at the start of a line, requests. */
    private static String escape(String text) {
        String escaped = text.replace("\\", "\\e").replace("-", "\\-");
        return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
    }
}
