package dev.refractium.server.config;

import dev.refractium.server.config.TomlPieces.Piece;
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
            "fallback_tcp",
            "fallback_udp");
    private static final String ESCAPES =
            "; write \\xHH, \\uHHHH or \\UHHHHHHHH with that many hexadecimal digits, or one of "
                    + "\\b \\t \\n \\f \\r \\e \\\" \\\\; a backslash itself is \\\\, or stands in single quotes";

    private final Problems problems;
    private final SourceText source;
    private final Path baseDirectory;

    private ConfigReader(SourceText source, Problems problems, Path baseDirectory) {
        this.problems = problems;
        this.source = source;
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
        return toml.isPresent() ? new ConfigReader(new SourceText(toml.get()), problems, directory).parse() : illegible(problems);
    }

    /**
     * Reads a text.
     *
     * @param fileName the file's name in messages
     * @param baseDirectory the directory that relative paths start from
     */
    public static Parsed parse(String toml, String fileName, Path baseDirectory) {
        return new ConfigReader(new SourceText(toml), new Problems(fileName), baseDirectory).parse();
    }

    private Parsed parse() {
        if (!source.isPlain(problems)) {
            return illegible(problems);
        }
        List<Piece> pieces = TomlPieces.of(source.text());
        if (pieces.get(0).text().length() > TomlPieces.MOST) {
            problems.addForFile("has more than " + new Size(TomlPieces.MOST)
                    + (pieces.size() > 1 ? " beside its [[protocols]] tables" : " and strings of several lines")
                    + "; make that shorter");
            return illegible(problems);
        }
        Parsed parsed = parse(pieces);
        boolean isShort = source.text().length() <= TomlPieces.MOST;
        // A syntax error is best found in the whole.
        return parsed.legible() || !isShort || pieces.size() == 1
                ? parsed
                : new ConfigReader(source, problems.again(), baseDirectory).parse(TomlPieces.whole(source.text()));
    }

    private Parsed parse(List<Piece> pieces) {
        Optional<Section> parsed = section(pieces.get(0));
        if (parsed.isEmpty()) {
            // What a syntax error has swallowed would seem to be missing, and what follows a broken header misplaced.
            return illegible(problems);
        }
        Section top = parsed.get();
        ServerConfig server = server(top);
        List<ListenerConfig> listeners = ListenersReader.tables(top);
        List<RouteConfig> routes = new ArrayList<>();
        int tables = routes(top, 0, routes);
        for (Piece piece : pieces.subList(1, pieces.size())) {
            Optional<Section> some = section(piece);
            if (some.isEmpty()) {
                return illegible(problems);
            }
            if (top.has("protocols")) {
                top.problem("protocols", "is said in two forms; write [[protocols]] before each route");
                return illegible(problems);
            }
            tables += routes(some.get(), tables, routes);
        }
        Config config = new Config(
                server,
                listeners,
                routes,
                PoolsReader.tables(top, source),
                plugins(top),
                settings(top),
                HooksReader.tables(top, baseDirectory));
        refuseUnknown(top);
        List<Problem> unreadable = problems.all();
        config.problems().forEach(problems::add);
        return new Parsed(config, problems.all(), unreadable, problems.warnings(), true);
    }

    /** Returns the top of a piece; empty if it is not TOML, which has been reported. */
    private Optional<Section> section(Piece piece) {
        int before = problems.found();
        TomlParseResult toml = toml(piece);
        toml.errors().forEach(error -> reportSyntax(error, piece));
        return problems.found() > before ? Optional.empty() : Optional.of(new Section(toml, piece, problems));
    }

    private static Parsed illegible(Problems problems) {
        return new Parsed(
                new Config(ServerConfig.defaults(), List.of()), problems.all(), problems.all(), List.of(), false);
    }

    /**
     * Parses the text. The parser throws on some broken tables instead of reporting an error (tomlj 2.2.0): then the
     * first line from which on it throws is reported, and nothing else.
     */
    private TomlParseResult toml(Piece piece) {
        Optional<TomlParseResult> whole = parsed(piece.text());
        if (whole.isPresent()) {
            return whole.get();
        }
        SourceText lines = new SourceText(piece.text());
        int good = 0;
        int bad = lines.lines();
        while (bad - good > 1) {
            int middle = (good + bad) >>> 1;
            if (parsed(lines.firstLines(middle)).isPresent()) {
                good = middle;
            } else {
                bad = middle;
            }
        }
        problems.addSyntax(
                piece.original(TomlPosition.positionAt(bad, 1)),
                "cannot be read; mend the table that this line is part of");
        return Toml.parse("");
    }

    private static Optional<TomlParseResult> parsed(String toml) {
        try {
            return Optional.of(Toml.parse(toml, TomlVersion.V1_1_0));
        } catch (RuntimeException | AssertionError thrown) { // With assertions enabled, the parser's own fail too.
            return Optional.empty();
        }
    }

    private void reportSyntax(TomlParseError error, Piece piece) {
        String said = Escape.text(Objects.requireNonNullElse(error.getMessage(), "not TOML"));
        String message = said.substring(0, 1).toLowerCase(Locale.ROOT) + said.substring(1);
        problems.addSyntax(piece.original(error.position()), message.contains("escape sequence") ? message + ESCAPES : message);
    }

    private ServerConfig server(Section top) {
        Section server = top.table("server", "[server], in single brackets and once")
                .orElseGet(() -> top.none("server"));
        return new ServerReader(top, server, source, baseDirectory).read();
    }

    /**
     * Adds the routes of one piece.
     *
     * @param before how many tables were in pieces before it
     * @return how many it has
     */
    private int routes(Section top, int before, List<RouteConfig> routes) {
        Object protocols = top.value("protocols").orElse(null);
        if (protocols instanceof TomlArray array) {
            for (int i = 0; i < array.size(); i++) {
                if (array.get(i) instanceof TomlTable) {
                    Section section = top.element("protocols", before + i, i, array);
                    new RouteReader(section, problems, source).read().ifPresent(routes::add);
                } else {
                    top.problem(
                            top.text("protocols", i, array), Section.mistyped(array.get(i), "a [[protocols]] table"));
                }
            }
            return array.size();
        }
        if (protocols != null) {
            top.wrongType("protocols", protocols, "[[protocols]], in two brackets, before each route");
        }
        return 0;
    }

    private static PluginsConfig plugins(Section top) {
        return top.table("plugins", "[plugins], in single brackets and once")
                .map(table -> new PluginsReader(table).read())
                .orElseGet(PluginsConfig::defaults);
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
