package dev.refractium.server.config;

import dev.refractium.server.text.Escape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;
import org.tomlj.TomlVersion;

/**
 * Reads a configuration from a TOML 1.1 file and reports all its problems at once. Corrects nothing: that is the file's
 * owner's task.
 */
public final class ConfigReader {
    private static final List<String> KNOWN = List.of(
            "server",
            "listeners",
            "protocols",
            "pools",
            "plugins",
            "settings",
            "hooks",
            "admin",
            "fallback_tcp",
            "fallback_udp");
    private static final String ESCAPES =
            "; write \\xHH, \\uHHHH or \\UHHHHHHHH with that many hexadecimal digits, or one of "
                    + "\\b \\t \\n \\f \\r \\e \\\" \\\\; a backslash itself is \\\\, or stands in single quotes";
    private static final TomlPosition START = TomlPosition.positionAt(1, 1);

    private final Problems problems;
    private final SourceText source;
    private final Path baseDirectory;

    private ConfigReader(String toml, Problems problems, Path baseDirectory) {
        this.problems = problems;
        this.source = new SourceText(toml);
        this.baseDirectory = baseDirectory;
    }

    /**
     * The content of a file.
     *
     * @param config everything that could be read, for checks that need more than the file; to be used only if there
     *     are no problems. Routes whose conditions are unclear are left out
     * @param problems in the order of the file; empty if the file itself has none
     * @param unreadable those of {@code problems} that remain whatever flags add to the file
     * @param warnings what is accepted, but should be written differently; in the order of the file
     * @param legible false if the file is not TOML: then nothing of it was read, and there are no further checks
     */
    public record Parsed(
            Config config, List<Problem> problems, List<Problem> unreadable, List<Problem> warnings, boolean legible) {
        public Parsed {
            problems = List.copyOf(problems);
            unreadable = List.copyOf(unreadable);
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * Reads a file, which messages call {@code file}. A file that is missing, too large or no text is a problem like
     * others.
     *
     * @throws IOException if reading the file fails
     */
    public static Parsed read(Path file) throws IOException {
        Problems problems = new Problems(file.toString());
        // The absolute path, as callers judge it: the current directory may have been moved.
        Path absolute = file.toAbsolutePath();
        Path directory = Objects.requireNonNullElse(absolute.getParent(), absolute);
        Optional<String> toml = SourceText.read(absolute, problems);
        return toml.isPresent() ? new ConfigReader(toml.get(), problems, directory).parse() : illegible(problems);
    }

    /**
     * Reads a text.
     *
     * @param fileName the file's name in messages
     * @param baseDirectory the directory that relative paths start from
     */
    public static Parsed parse(String toml, String fileName, Path baseDirectory) {
        return new ConfigReader(toml, new Problems(fileName), baseDirectory).parse();
    }

    private Parsed parse() {
        if (!source.isPlain(problems)) {
            return illegible(problems);
        }
        TomlParseResult toml = toml();
        toml.errors().forEach(this::reportSyntax);
        if (problems.found() > 0) {
            // What a syntax error has swallowed would seem to be missing, and what follows a broken header misplaced.
            return illegible(problems);
        }
        Section top = new Section(toml, START, "", problems);
        Config config = new Config(
                server(top),
                ListenersReader.tables(top),
                routes(top),
                PoolsReader.tables(top, source),
                plugins(top),
                settings(top),
                HooksReader.tables(top, baseDirectory),
                admin(top));
        refuseUnknown(top);
        List<Problem> unreadable = problems.all();
        config.problems().forEach(problems::add);
        return new Parsed(config, problems.all(), unreadable, problems.warnings(), true);
    }

    private static Parsed illegible(Problems problems) {
        return new Parsed(
                new Config(ServerConfig.defaults(), List.of()), problems.all(), problems.all(), List.of(), false);
    }

    /**
     * Parses the text. The parser throws on some broken tables instead of reporting an error (tomlj 2.2.0): then the
     * first line from which on it throws is reported, and nothing else.
     */
    private TomlParseResult toml() {
        Optional<TomlParseResult> whole = firstLines(source.lines());
        if (whole.isPresent()) {
            return whole.get();
        }
        int good = 0;
        int bad = source.lines();
        while (bad - good > 1) {
            int middle = (good + bad) >>> 1;
            if (firstLines(middle).isPresent()) {
                good = middle;
            } else {
                bad = middle;
            }
        }
        problems.addSyntax(TomlPosition.positionAt(bad, 1), "cannot be read; mend the table that this line is part of");
        return Toml.parse("");
    }

    private Optional<TomlParseResult> firstLines(int count) {
        try {
            return Optional.of(Toml.parse(source.firstLines(count), TomlVersion.V1_1_0));
        } catch (RuntimeException | AssertionError thrown) { // With assertions enabled, the parser's own fail too.
            return Optional.empty();
        }
    }

    private void reportSyntax(TomlParseError error) {
        String said = Escape.text(Objects.requireNonNullElse(error.getMessage(), "not TOML"));
        String message = said.substring(0, 1).toLowerCase(Locale.ROOT) + said.substring(1);
        problems.addSyntax(error.position(), message.contains("escape sequence") ? message + ESCAPES : message);
    }

    private ServerConfig server(Section top) {
        Section server = top.table("server", "[server], in single brackets and once")
                .orElseGet(() -> new Section(Toml.parse(""), START, "server", problems));
        return new ServerReader(top, server, source, baseDirectory).read();
    }

    private List<RouteConfig> routes(Section top) {
        List<RouteConfig> routes = new ArrayList<>();
        Object protocols = top.value("protocols").orElse(null);
        if (protocols instanceof TomlArray array) {
            for (int i = 0; i < array.size(); i++) {
                if (array.get(i) instanceof TomlTable) {
                    Section section = top.element("protocols", i, array);
                    new RouteReader(section, problems, source).read().ifPresent(routes::add);
                } else {
                    top.problem(
                            top.text("protocols", i, array), Section.mistyped(array.get(i), "a [[protocols]] table"));
                }
            }
        } else if (protocols != null) {
            top.wrongType("protocols", protocols, "[[protocols]], in two brackets, before each route");
        }
        return routes;
    }

    private static PluginsConfig plugins(Section top) {
        return top.table("plugins", "[plugins], in single brackets and once")
                .map(table -> new PluginsReader(table).read())
                .orElseGet(PluginsConfig::defaults);
    }

    private static Optional<AdminConfig> admin(Section top) {
        return top.table("admin", "[admin], in single brackets and once").map(AdminConfig::read);
    }

    private Map<String, SettingsTable> settings(Section top) {
        Map<String, SettingsTable> settings = new HashMap<>();
        top.table("settings", "[settings.PLUGIN_ID], one for each plugin").ifPresent(all -> {
            for (String id : all.keys()) {
                all.table(id, "a table, [settings.PLUGIN_ID]")
                        .ifPresent(table -> settings.put(id, SettingsTable.of(table, Set.of(), baseDirectory)));
            }
        });
        return settings;
    }

    private void refuseUnknown(Section top) {
        for (String key : top.keys()) {
            if (ServerConfig.keys().contains(key) && !KNOWN.contains(key)) {
                top.problem(key, "is unknown here; move it below [server]");
            } else {
                top.refuseUnknown(key, KNOWN);
            }
        }
    }
}
