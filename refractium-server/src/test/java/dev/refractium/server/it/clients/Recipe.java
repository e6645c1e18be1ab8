package dev.refractium.server.it.clients;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A section of docs/recipes.md: configurations, and the commands with the output that a reader is promised.
 *
 * @param title the section's heading
 * @param configuration the proxy's
 * @param files configurations of other programs, by the name that stands behind the language of their block
 */
record Recipe(String title, String configuration, Map<String, String> files, List<Step> steps) {
    private static final Path PAGE = Path.of("..", "docs", "recipes.md");
    private static final Pattern SECTION = Pattern.compile("(?ms)^## (.*?)$(.*?)(?=^## |\\z)");
    private static final Pattern TOML = Pattern.compile("(?s)```toml\n(.*?)```");
    private static final Pattern FILE = Pattern.compile("(?s)```\\w+ (\\S+)\n(.*?)```");
    private static final Pattern CONSOLE = Pattern.compile("(?s)```console\n(.*?)```");

    /** A port as documents write it: of the configuration, of an address, or of a client's option. */
    private static final Pattern PORT = Pattern.compile("(?<=\\bport = |:|-p |port )[1-9]\\d{1,4}\\b");

    /** The beginning of a path of the machine, such as a socket's. */
    private static final Pattern ROOT = Pattern.compile("(?<=[\\s:])(?=/(?:etc|run|var)/)");

    /** The address of all addresses, which no network such as 10.0.0.0/8 contains. */
    private static final Pattern ANY = Pattern.compile("(?<![\\d.])0\\.0\\.0\\.0\\b");

    /**
     * A command and its output.
     *
     * @param output with an ellipsis in the place of any text within a line
     */
    record Step(String command, String output) {
        /** Returns whether the command starts the proxy, which goes on while the others run. */
        boolean isServer() {
            return command.equals("refractium &");
        }

        /** Returns whether the command looks at what others write, perhaps a moment later. */
        boolean isQuery() {
            return command.startsWith("grep ") || command.startsWith("refractium status");
        }

        Pattern expected() {
            String[] parts = output.split("…", -1);
            return Pattern.compile(
                    String.join(".*", Stream.of(parts).map(Pattern::quote).toList()));
        }
    }

    /** Reads the page's recipes, in its order. */
    static List<Recipe> all() throws IOException {
        List<Recipe> recipes = new ArrayList<>();
        for (Matcher section = SECTION.matcher(Files.readString(PAGE)); section.find(); ) {
            Matcher toml = TOML.matcher(section.group(2));
            Matcher console = CONSOLE.matcher(section.group(2));
            if (toml.find() && console.find()) {
                Map<String, String> files = files(section.group(2));
                recipes.add(new Recipe(section.group(1), toml.group(1), files, steps(console.group(1))));
            }
        }
        return recipes;
    }

    /** Returns the ports that the configuration names: the proxy's own and its backends'. */
    SortedSet<Integer> ports() {
        return new TreeSet<>(PORT.matcher(configuration)
                .results()
                .map(port -> Integer.parseInt(port.group()))
                .toList());
    }

    /** Returns the first port that a configuration names. */
    static int port(String configuration) {
        Matcher port = PORT.matcher(configuration);
        if (!port.find()) {
            throw new IllegalArgumentException("no port in " + configuration);
        }
        return Integer.parseInt(port.group());
    }

    /**
     * Returns this recipe on 127.0.0.1, with other ports in the place of the documented ones, and the paths of the machine
     * below {@code root}.
     */
    Recipe onLoopback(Path root, Map<Integer, Integer> ports) {
        UnaryOperator<String> onPorts =
                text -> PORT.matcher(ANY.matcher(text).replaceAll("127.0.0.1")).replaceAll(port -> {
                    int documented = Integer.parseInt(port.group());
                    return Integer.toString(ports.getOrDefault(documented, documented));
                });
        UnaryOperator<String> edit =
                text -> ROOT.matcher(onPorts.apply(text)).replaceAll(Matcher.quoteReplacement(root.toString()));
        List<Step> edited = steps.stream()
                .map(step -> new Step(edit.apply(step.command), edit.apply(step.output)))
                .toList();
        Map<String, String> others = new LinkedHashMap<>(files);
        others.replaceAll((name, text) -> edit.apply(text));
        return new Recipe(title, edit.apply(configuration), others, edited);
    }

    @Override
    public String toString() {
        return title;
    }

    /** Returns the blocks that have a file name. */
    static Map<String, String> files(String section) {
        Map<String, String> files = new LinkedHashMap<>();
        FILE.matcher(section).results().forEach(file -> files.put(file.group(1), file.group(2)));
        return files;
    }

    private static List<Step> steps(String console) {
        List<Step> steps = new ArrayList<>();
        for (String step : console.split("(?m)^\\$ ", -1)) {
            if (!step.isBlank()) {
                int end = step.indexOf('\n');
                steps.add(
                        new Step(step.substring(0, end), step.substring(end + 1).strip()));
            }
        }
        return steps;
    }
}
