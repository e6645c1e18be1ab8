package dev.refractium.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** docs/configuration.md and refractium.toml say what the code does. */
class ConfigurationPageTest {
    private static final Path TOP = Path.of("..");
    private static final Map<Class<?>, String> TYPES =
            Map.of(Duration.class, "duration", Size.class, "size", int.class, "integer", boolean.class, "boolean");
    private static final Set<Class<?>> RANGED = Set.of(Duration.class, Size.class, int.class);

    /** Keys whose default depends on the value of another, which the page says in words. */
    private static final Set<String> STANDARDS_IN_WORDS = Set.of("hook", "mask");

    private static final Pattern EXAMPLE = Pattern.compile("(?s)```toml\n(.*?)```");

    @ParameterizedTest
    @MethodSource("keys")
    void everyKeyIsThereWithItsTypeDefaultAndRange(String name, KeyedComponent key, String chapter) throws Exception {
        Row row = rows().stream()
                .filter(found -> found.key.equals(name))
                .filter(found -> found.chapter.equals(chapter) || name.equals("hooks"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no row of " + name + " in " + chapter));

        assertThat(row.type).isEqualTo(TYPES.getOrDefault(key.type(), row.type));
        if (RANGED.contains(key.type())) {
            assertThat(row.range)
                    .isEqualTo(
                            key.annotation().min() + " to " + key.annotation().max());
        }
        if (!STANDARDS_IN_WORDS.contains(name)) {
            assertThat(row.standard).isEqualTo(standard(key));
        }
        assertThat(row.text).as("what " + name + " does").isNotBlank();
    }

    @Test
    void noOtherKeyIsPromised() throws IOException {
        List<String> known = Stream.concat(
                        keys().map(key -> (String) key.get()[0]), Stream.of("sni`, `host`, `alpn`, `qname"))
                .distinct() // Some are keys of several tables.
                .toList();

        assertThat(rows().stream().map(Row::key).distinct()).containsExactlyInAnyOrderElementsOf(known);
    }

    @Test
    void everyExampleOfThePageIsSound() throws IOException {
        Matcher examples = EXAMPLE.matcher(page());
        int found = 0;
        while (examples.find()) {
            assertThat(ConfigReader.parse(examples.group(1), "example", Path.of("/"))
                            .problems())
                    .isEmpty();
            found++;
        }

        assertThat(found).isGreaterThanOrEqualTo(3);
    }

    @Test
    void shippedSampleIsSoundAndLeadsNowhereButToThisMachine() throws IOException {
        ConfigReader.Parsed sample = ConfigReader.read(TOP.resolve("refractium.toml"));

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

    private static String page() throws IOException {
        return Files.readString(TOP.resolve("docs").resolve("configuration.md"));
    }

    private static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        String chapter = "";
        for (String line : page().lines().toList()) {
            if (line.startsWith("## ")) {
                chapter = line.substring(3);
            } else if (line.startsWith("| `")) {
                rows.add(Row.of(chapter, line));
            }
        }
        return rows;
    }

    private static Stream<Arguments> keys() {
        Map<String, List<Keys<?>>> chapters = new LinkedHashMap<>();
        chapters.put("The server", List.of(ServerConfig.KEYS));
        chapters.put("Listeners", List.of(ListenerConfig.KEYS));
        chapters.put("Pools", List.of(PoolConfig.KEYS, PoolServer.KEYS));
        chapters.put("Routes", List.of(RouteConfig.KEYS, HealthConfig.KEYS, PlacedPattern.KEYS, FloatingPattern.KEYS));
        chapters.put("Plugins", List.of(PluginsConfig.KEYS));
        chapters.put("Hooks", List.of(HookConfig.KEYS));
        chapters.put("Metrics", List.of(AdminConfig.KEYS));
        return chapters.entrySet().stream()
                .flatMap(chapter -> chapter.getValue().stream()
                        .flatMap(keys -> keys.names().stream()
                                // What a route's own pool has in common with a table's stands there.
                                .filter(name -> keys != RouteConfig.KEYS
                                        || !PoolRules.keys().contains(name))
                                .map(name -> Arguments.of(name, keys.key(name), chapter.getKey()))));
    }

    private static String standard(KeyedComponent key) {
        String text = key.type() == HealthConfig.class && key.initial() instanceof HealthConfig health
                ? health.toString()
                : key.annotation().initial();
        return text.equals(Key.UNSET) || text.equals(Key.REQUIRED) ? text : "`" + text + "`";
    }

    private record Row(String chapter, String key, String type, String standard, String range, String text) {
        static Row of(String chapter, String line) {
            String[] cells = line.split(" ?\\| ?", -1);
            return new Row(
                    chapter, cells[1].substring(1, cells[1].length() - 1), cells[2], cells[3], cells[4], cells[5]);
        }
    }
}
