package dev.refractium.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
    void everyKeyIsThereWithItsTypeDefaultAndRange(String name, KeyedComponent key) throws Exception {
        Row row = Objects.requireNonNull(rows().get(name), () -> "no row of " + name);

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
                .distinct() // "hooks" is a key of two tables
                .toList();

        assertThat(rows().keySet()).containsExactlyInAnyOrderElementsOf(known);
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
                .flatExtracting(RouteConfig::forwardTo)
                .allSatisfy(backend -> {
                    assertThat(backend.host()).isEqualTo("127.0.0.1");
                    assertThat(backend.port())
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
                .ignoringFields(
                        "listener.bind",
                        "listener.fallbackTcp",
                        "listener.fallbackUdp",
                        "listener.hooks",
                        "peek.silence",
                        "origin")
                .isEqualTo(ServerConfig.defaults());
        assertThat(sample.config().server().peek().silenceTimeout())
                .isEqualTo(ServerConfig.defaults().peek().silenceTimeout());
    }

    private static String page() throws IOException {
        return Files.readString(TOP.resolve("docs").resolve("configuration.md"));
    }

    private static Map<String, Row> rows() throws IOException {
        return page().lines()
                .filter(line -> line.startsWith("| `"))
                .map(Row::of)
                .collect(Collectors.toMap(Row::key, Function.identity()));
    }

    private static Stream<Arguments> keys() {
        return Stream.of(
                        ServerConfig.KEYS,
                        HealthConfig.KEYS,
                        PluginsConfig.KEYS,
                        RouteConfig.KEYS,
                        HookConfig.KEYS,
                        PlacedPattern.KEYS,
                        FloatingPattern.KEYS)
                .flatMap(keys -> keys.names().stream().map(name -> Arguments.of(name, keys.key(name))));
    }

    private static String standard(KeyedComponent key) {
        String text = key.type() == HealthConfig.class
                ? key.initial().toString()
                : key.annotation().initial();
        return text.equals(Key.UNSET) || text.equals(Key.REQUIRED) ? text : "`" + text + "`";
    }

    private record Row(String key, String type, String standard, String range, String text) {
        static Row of(String line) {
            String[] cells = line.split(" ?\\| ?", -1);
            return new Row(cells[1].substring(1, cells[1].length() - 1), cells[2], cells[3], cells[4], cells[5]);
        }
    }
}
