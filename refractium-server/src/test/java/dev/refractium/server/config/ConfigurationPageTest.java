package dev.refractium.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
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
    private static final Pattern EXAMPLE = Pattern.compile("(?s)```toml\n(.*?)```");

    @ParameterizedTest
    @MethodSource("keys")
    void everyKeyIsThereWithItsTypeDefaultAndRange(String key, RecordComponent component) throws Exception {
        Row row = Objects.requireNonNull(rows().get(key), () -> "no row of " + key);

        Class<?> type = component.getType();
        if (type == int.class || type == long.class || type == OptionalInt.class || type == Duration.class) {
            Key range = component.getAnnotation(Key.class);
            assertThat(row.type).isEqualTo("integer");
            assertThat(row.range).isEqualTo(range.min() + " to " + range.max());
        } else if (type == boolean.class) {
            assertThat(row.type).isEqualTo("boolean");
        } else if (type == String.class) {
            assertThat(row.type).isEqualTo("string");
        }
        if (component.getDeclaringRecord() == ServerConfig.class) {
            assertThat(row.standard).isEqualTo(shown(component.getAccessor().invoke(ServerConfig.defaults())));
        }
        if (component.getDeclaringRecord() == PluginsConfig.class) {
            assertThat(row.standard).isEqualTo(shown(component.getAccessor().invoke(PluginsConfig.defaults())));
        }
        assertThat(row.text).as("what " + key + " does").isNotBlank();
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
        assertThat(sample.config().server().bind()).isEqualTo("127.0.0.1");
        assertThat(sample.config().routes())
                .flatExtracting(RouteConfig::forwardTo)
                .allSatisfy(backend -> {
                    assertThat(backend.host()).isEqualTo("127.0.0.1");
                    assertThat(backend.port())
                            .isNotEqualTo(sample.config().server().port());
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
                .ignoringFields("bind", "fallbackTcp", "fallbackUdp", "hooks", "origin")
                .isEqualTo(ServerConfig.defaults());
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
                        ServerConfig.class,
                        HealthConfig.class,
                        PluginsConfig.class,
                        RouteConfig.class,
                        HookConfig.class,
                        PlacedPattern.class,
                        FloatingPattern.class)
                .flatMap(record -> Arrays.stream(record.getRecordComponents()))
                .filter(component -> component.isAnnotationPresent(Key.class))
                .map(component ->
                        Arguments.of(component.getAnnotation(Key.class).value(), component));
    }

    private static String shown(Object value) {
        if (value instanceof Duration duration) {
            return "`" + duration.toMillis() + "`";
        }
        boolean unset = value instanceof List
                || value instanceof Map
                || value.toString().endsWith(".empty");
        return unset ? "unset" : "`" + value + "`";
    }

    private record Row(String key, String type, String standard, String range, String text) {
        static Row of(String line) {
            String[] cells = line.split(" ?\\| ?", -1);
            return new Row(cells[1].substring(1, cells[1].length() - 1), cells[2], cells[3], cells[4], cells[5]);
        }
    }
}
