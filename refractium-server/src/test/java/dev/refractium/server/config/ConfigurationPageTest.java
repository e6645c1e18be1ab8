package dev.refractium.server.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** docs/configuration.md, its pages and refractium.toml say what the code does. */
class ConfigurationPageTest {
    private static final Path TOP = Path.of("..");
    private static final Path PAGES = TOP.resolve("docs").resolve("configuration");

    /** The tables of each page whose keys it describes, and no others. */
    private static final Map<String, List<Keys<?>>> TABLES = Map.of(
            "server.md", List.of(ServerConfig.KEYS),
            "listeners.md", List.of(ListenerConfig.KEYS),
            "routes.md", List.of(RouteConfig.KEYS, PlacedPattern.KEYS, FloatingPattern.KEYS),
            "pools.md", List.of(PoolConfig.KEYS, PoolServer.KEYS, HealthConfig.KEYS),
            "plugins-and-hooks.md", List.of(PluginsConfig.KEYS, HookConfig.KEYS),
            "metrics.md", List.of(AdminConfig.KEYS));

    /** A key of several tables that stands on the page of hooks. */
    private static final String HOOKS = "hooks";

    /** Keys of routes that are short for {@code match}, in one row. */
    private static final String SHORTHANDS = "sni`, `host`, `alpn`, `qname";

    private static final Map<Class<?>, String> TYPES =
            Map.of(Duration.class, "duration", Size.class, "size", int.class, "integer", boolean.class, "boolean");
    private static final Set<Class<?>> RANGED = Set.of(Duration.class, Size.class, int.class);

    /** Keys whose default depends on the value of another, which the page says in words. */
    private static final Set<String> STANDARDS_IN_WORDS = Set.of("hook", "mask");

    private static final Pattern KEY = Pattern.compile("`([a-z_]+)`");
    private static final Pattern EXAMPLE = Pattern.compile("(?s)```toml\n(.*?)```");

    @ParameterizedTest
    @MethodSource("keys")
    void everyKeyIsThereWithItsTypeDefaultAndRange(String name, KeyedComponent key, String page) throws Exception {
        Row row = rows(PAGES.resolve(page)).stream()
                .filter(found -> found.key.equals(name) && found.fits(key))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no row of " + name + " with " + typeOf(key, "its type")
                        + ", default " + standardOf(key) + " and range "
                        + key.annotation().min() + " to "
                        + key.annotation().max() + " in " + page));

        assertThat(row.text).as("what " + name + " does").isNotBlank();
    }

    @Test
    void everyKeyIsOnOnePageAndNoOtherIsPromised() throws IOException {
        for (Path page : pages()) {
            String name = page.getFileName().toString();
            List<String> known = Stream.concat(
                            keys(name).map(key -> (String) key.get()[0]),
                            Stream.of(SHORTHANDS).filter(row -> name.equals("routes.md")))
                    .toList();

            assertThat(rows(page).stream().map(Row::key))
                    .as("the keys of " + page)
                    .containsExactlyInAnyOrderElementsOf(known);
        }
    }

    @Test
    void outcomesAreDecidedByKeysThatExist() throws IOException {
        Set<String> known = keys().map(key -> (String) key.get()[0]).collect(Collectors.toSet());

        List<String> named = Files.readString(PAGES.resolve("outcomes.md"))
                .lines()
                .filter(line -> line.startsWith("| "))
                .map(line -> line.split(" ?\\| ?", -1))
                .filter(cells -> cells.length == 5)
                .flatMap(cells -> KEY.matcher(cells[3]).results().map(key -> key.group(1)))
                .toList();

        assertThat(named).hasSizeGreaterThan(10).isSubsetOf(known);
    }

    @Test
    void everyExampleOfThePagesIsSound() throws IOException {
        Variables variables = new Variables(Map.of("CREDENTIALS_DIRECTORY", "/run/credentials/refractium"));
        int found = 0;
        for (Path page : pages()) {
            Matcher examples = EXAMPLE.matcher(Files.readString(page));
            while (examples.find()) {
                assertThat(ConfigReader.parse(
                                        examples.group(1).getBytes(UTF_8),
                                        "example",
                                        Path.of("/"),
                                        new ConfigReader.Reading(variables))
                                .problems())
                        .as(examples.group(1))
                        .isEmpty();
                found++;
            }
        }

        assertThat(found).isGreaterThanOrEqualTo(10);
    }

    @Test
    void shippedSampleIsSoundAndLeadsNowhereButToThisMachine() throws IOException {
        ConfigReader.Parsed sample =
                ConfigReader.read(TOP.resolve("refractium.toml"), new ConfigReader.Reading(new Variables(Map.of())));

        assertThat(sample.problems()).isEmpty();
        assertThat(sample.config().server().listener().bind()).isEqualTo("127.0.0.1");
        assertThat(sample.config().routes())
                .flatExtracting(route -> route.destination().servers())
                .allSatisfy(backend -> {
                    assertThat(backend.address().host()).isEqualTo("127.0.0.1");
                    assertThat(backend.address().port())
                            .isNotEqualTo(sample.config().server().listener().port());
                });
    }

    @Test
    void everyLineThatTheSampleHasInReserveIsSound() throws IOException {
        String everything =
                Files.readString(TOP.resolve("refractium.toml")).replaceAll("(?m)^# (?=[a-z_]+ = |\\[)", "");

        ConfigReader.Parsed sample = ConfigReader.parse(everything, "refractium.toml", Path.of("/"));

        assertThat(sample.problems()).isEmpty();
        assertThat(sample.config().routes()).extracting(RouteConfig::name).contains("smtp", "my_app");
        assertThat(sample.config().server())
                .usingRecursiveComparison()
                .ignoringFields("listener.bind", "listener.fallbacks", "listener.hooks", "peek.silence", "origin")
                .isEqualTo(ServerConfig.defaults());
        assertThat(sample.config().server().peek().silenceTimeout())
                .isEqualTo(ServerConfig.defaults().peek().silenceTimeout());
    }

    /** Returns the index and its pages. */
    private static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.list(PAGES)) {
            return Stream.concat(Stream.of(PAGES.resolveSibling("configuration.md")), files)
                    .toList();
        }
    }

    /** Returns the rows of tables of keys: those of five columns. */
    private static List<Row> rows(Path page) throws IOException {
        return Files.readString(page)
                .lines()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.split(" ?\\| ?", -1))
                .filter(cells -> cells.length == 7)
                .map(Row::of)
                .toList();
    }

    private static Stream<Arguments> keys() {
        return TABLES.keySet().stream().sorted().flatMap(ConfigurationPageTest::keys);
    }

    /** Returns the keys that a page describes. */
    private static Stream<Arguments> keys(String page) {
        Stream<Arguments> keys = TABLES.getOrDefault(page, List.of()).stream()
                .flatMap(table -> table.names().stream()
                        .filter(name -> !name.equals(HOOKS))
                        // What a route's own pool has in common with a table's stands there.
                        .filter(name ->
                                table != RouteConfig.KEYS || !PoolRules.keys().contains(name))
                        .map(name -> Arguments.of(name, table.key(name), page)));
        return page.equals("plugins-and-hooks.md")
                ? Stream.concat(keys, Stream.of(Arguments.of(HOOKS, ServerConfig.KEYS.key(HOOKS), page)))
                : keys;
    }

    private static String typeOf(KeyedComponent key, String other) {
        return TYPES.getOrDefault(key.type(), other);
    }

    private static String standardOf(KeyedComponent key) {
        String text = key.type() == HealthConfig.class && key.initial() instanceof HealthConfig health
                ? health.toString()
                : key.annotation().initial();
        return text.equals(Key.UNSET) || text.equals(Key.REQUIRED) ? text : "`" + text + "`";
    }

    private record Row(String key, String type, String standard, String range, String text) {
        static Row of(String... cells) {
            return new Row(cells[1].substring(1, cells[1].length() - 1), cells[2], cells[3], cells[4], cells[5]);
        }

        /** Returns whether this row gives the type, the default and the range of {@code other}. */
        boolean fits(KeyedComponent other) {
            String wanted =
                    other.annotation().min() + " to " + other.annotation().max();
            return type.equals(typeOf(other, type))
                    && (!RANGED.contains(other.type()) || range.equals(wanted))
                    && (STANDARDS_IN_WORDS.contains(key) || standard.equals(standardOf(other)));
        }
    }
}
