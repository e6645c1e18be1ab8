package dev.refractium.server.config;

import dev.refractium.server.config.TomlPieces.Piece;
import dev.refractium.server.text.Escape;
import dev.refractium.server.text.FilePattern;
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
import java.util.function.Function;
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
    /** How many bytes a file may have. */
    public static final int LARGEST = SourceText.LIMIT;

    private static final List<String> KNOWN = List.of(
            "include",
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

    /** What an included file may have. */
    private static final List<String> INCLUDED = List.of("protocols", "pools", "hooks");

    private final Problems problems;
    private final SourceText source;

    /** The text as it is parsed: what is not of routes first. */
    private final List<Piece> pieces;

    private final Path baseDirectory;
    private final Reading reading;
    private final Variables variables;

    private ConfigReader(
            SourceText source, List<Piece> pieces, Problems problems, Path baseDirectory, Reading reading) {
        this.problems = problems;
        this.source = source;
        this.pieces = pieces;
        this.baseDirectory = baseDirectory;
        this.reading = reading;
        this.variables = reading.variables();
        problems.hide(variables);
    }

    /**
     * What the reading of all files of a configuration has in common.
     *
     * @param variables those of the environment
     * @param routes those that were read before, and those that this reading adds
     */
    public record Reading(Variables variables, ReadRoutes routes) {
        /** Creates a reading that knows nothing of one before. */
        public Reading(Variables variables) {
            this(variables, new ReadRoutes());
        }
    }

    /**
     * The content of a file, or of all files of a configuration.
     *
     * @param config everything that could be read, for checks that need more than the file; to be used only if there
     *     are no problems. Routes whose conditions are unclear are left out
     * @param unreadable the problems of the files, which remain whatever flags add; in their order
     * @param warnings what is accepted, but should be written differently; in the order of the file
     * @param legible false if a file is not TOML: then nothing of it was read, and there are no further checks
     * @param variables those of the environment, whose values no message may show
     */
    public record Parsed(
            Config config, List<Problem> unreadable, List<Problem> warnings, boolean legible, Variables variables) {
        public Parsed {
            unreadable = List.copyOf(unreadable);
            warnings = List.copyOf(warnings);
        }

        /** Returns all problems, those of the files and the contradictions between their parts. */
        public List<Problem> problems() {
            Problems all = new Problems();
            all.hide(variables);
            all.addAll(unreadable);
            if (legible) {
                all.addAll(config.problems());
            }
            return all.all();
        }

        /** Returns this main file with those that it includes, in their order. */
        public Parsed with(List<Parsed> included) {
            return new MergedFiles(this, included).merged();
        }
    }

    /**
     * Reads a file, which messages call {@code file}. A file that is missing, too large or no text is a problem like
     * others.
     *
     * @throws IOException if reading the file fails
     */
    public static Parsed read(Path file, Reading reading) throws IOException {
        Problems problems = new Problems(file.toString());
        // The absolute path, as callers judge it: the current directory may have been moved.
        Path absolute = file.toAbsolutePath();
        Path directory = Objects.requireNonNullElse(absolute.getParent(), absolute);
        Optional<String> toml = SourceText.read(absolute, problems);
        return toml.isPresent()
                ? parse(toml.get(), problems, directory, reading, ConfigReader::main)
                : illegible(problems, reading.variables());
    }

    /**
     * Reads a text.
     *
     * @param name the file's name in messages
     * @param baseDirectory the directory that relative paths start from
     */
    public static Parsed parse(String toml, String name, Path baseDirectory) {
        return parse(toml, new Problems(name), baseDirectory, new Reading(new Variables(Map.of())), ConfigReader::main);
    }

    /**
     * Reads a file's content.
     *
     * @param name the file's name in messages
     * @param baseDirectory the directory that relative paths start from
     */
    public static Parsed parse(byte[] toml, String name, Path baseDirectory, Reading reading) {
        return parse(toml, name, baseDirectory, reading, ConfigReader::main);
    }

    /** Reads the content of a file that the main file includes, as {@link #parse} does. */
    public static Parsed parseIncluded(byte[] toml, String name, Path baseDirectory, Reading reading) {
        return parse(toml, name, baseDirectory, reading, ConfigReader::included);
    }

    private static Parsed parse(
            byte[] toml, String name, Path baseDirectory, Reading reading, Function<ConfigReader, Parsed> as) {
        Problems problems = new Problems(name);
        return SourceText.decoded(toml, problems)
                .map(text -> parse(text, problems, baseDirectory, reading, as))
                .orElseGet(() -> illegible(problems, reading.variables()));
    }

    private static Parsed parse(
            String toml, Problems problems, Path baseDirectory, Reading reading, Function<ConfigReader, Parsed> as) {
        SourceText source = new SourceText(toml);
        if (!source.isPlain(problems)) {
            return illegible(problems, reading.variables());
        }
        List<Piece> pieces = TomlPieces.of(toml);
        if (pieces.get(0).text().length() > TomlPieces.MOST) {
            problems.addForFile(
                    "has more than " + new Size(TomlPieces.MOST) + " beside its [[protocols]] tables, or in all"
                            + " with strings in three quotes; make that shorter");
            return illegible(problems, reading.variables());
        }
        Parsed parsed = as.apply(new ConfigReader(source, pieces, problems, baseDirectory, reading));
        boolean isInPieces = pieces.size() > 1 && toml.length() <= TomlPieces.MOST;
        // A syntax error is best found in the whole.
        return parsed.legible() || !isInPieces
                ? parsed
                : as.apply(new ConfigReader(source, TomlPieces.whole(toml), problems.again(), baseDirectory, reading));
    }

    private Parsed main() {
        Optional<Section> found = section(pieces.get(0));
        if (found.isEmpty()) {
            return illegible(problems, variables);
        }
        Section top = found.get();
        ServerConfig server = server(top);
        List<ListenerConfig> listeners = ListenersReader.tables(top);
        Optional<List<RouteConfig>> routes = routes(top);
        if (routes.isEmpty()) {
            return illegible(problems, variables);
        }
        Config config = new Config(
                server,
                listeners,
                routes.get(),
                PoolsReader.tables(top, source),
                plugins(top),
                settings(top),
                HooksReader.tables(top, baseDirectory),
                admin(top),
                new ConfigInputs(includes(top), variables.used()));
        refuseUnknown(top);
        return new Parsed(config, problems.all(), problems.warnings(), true, variables);
    }

    private Parsed included() {
        Optional<Section> found = section(pieces.get(0));
        Optional<List<RouteConfig>> routes = found.flatMap(this::routes);
        if (found.isEmpty() || routes.isEmpty()) {
            return illegible(problems, variables);
        }
        Section top = found.get();
        Config config = new Config(ServerConfig.defaults(), List.of())
                .with(
                        routes.get(),
                        PoolsReader.tables(top, source),
                        HooksReader.tables(top, baseDirectory),
                        ConfigInputs.NONE);
        for (String key : top.keys()) {
            if (KNOWN.contains(key) && !INCLUDED.contains(key)) {
                top.problem(key, "may not stand in an included file; move it to the main file");
            } else {
                top.refuseUnknown(key, INCLUDED);
            }
        }
        return new Parsed(config, problems.all(), problems.warnings(), true, variables);
    }

    /** Returns the top of a piece; empty if it is not TOML, which has been reported. */
    private Optional<Section> section(Piece piece) {
        int before = problems.found();
        TomlParseResult toml = toml(piece);
        toml.errors().forEach(error -> reportSyntax(error, piece));
        // What a syntax error has swallowed would seem to be missing, and what follows a broken header misplaced.
        return problems.found() > before
                ? Optional.empty()
                : Optional.of(new Section(toml, piece, problems, variables));
    }

    private List<Include> includes(Section top) {
        List<Include> includes = new ArrayList<>();
        for (Section.Text text : top.strings("include")) {
            try {
                FilePattern files = FilePattern.of(baseDirectory, text.value());
                includes.add(new Include(files, top.named(text)));
            } catch (IllegalArgumentException e) {
                top.problem(text, Objects.requireNonNull(e.getMessage()));
            }
        }
        return includes;
    }

    private static Parsed illegible(Problems problems, Variables variables) {
        Config nothing = new Config(ServerConfig.defaults(), List.of());
        return new Parsed(nothing, problems.all(), List.of(), false, variables);
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
        problems.addSyntax(
                piece.original(error.position()), message.contains("escape sequence") ? message + ESCAPES : message);
    }

    private ServerConfig server(Section top) {
        Section server =
                top.table("server", "[server], in single brackets and once").orElseGet(() -> top.none("server"));
        return new ServerReader(top, server, source, baseDirectory).read();
    }

    /** Returns the routes of all pieces; empty if one of them is not TOML, which has been reported. */
    private Optional<List<RouteConfig>> routes(Section top) {
        List<RouteConfig> routes = new ArrayList<>();
        int tables = routes(top, 0, routes);
        for (Piece piece : pieces.subList(1, pieces.size())) {
            Piece.Mark mark = piece.mark(problems.file(), tables);
            Optional<List<RouteConfig>> known = reading.routes().find(mark);
            if (known.isPresent()) {
                routes.addAll(known.get());
                tables += known.get().size();
            } else {
                int more = routes(piece, mark, tables, routes);
                if (more < 0) {
                    return Optional.empty();
                }
                tables += more;
            }
            if (top.has("protocols")) {
                top.problem("protocols", "is said in two forms; write [[protocols]] before each route");
                return Optional.empty();
            }
        }
        return Optional.of(routes);
    }

    /**
     * Adds the routes of a piece that was not read before, and remembers them if nothing of it is to be reported.
     *
     * @return how many tables it has; -1 if it is not TOML, which has been reported
     */
    private int routes(Piece piece, Piece.Mark mark, int before, List<RouteConfig> routes) {
        int reported = problems.reported();
        Optional<Section> top = section(piece);
        if (top.isEmpty()) {
            return -1;
        }
        List<RouteConfig> own = new ArrayList<>();
        int tables = routes(top.get(), before, own);
        routes.addAll(own);
        // A variable is reported as one that is used.
        if (problems.reported() == reported && !piece.text().contains("${")) {
            reading.routes().add(mark, own);
        }
        return tables;
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
