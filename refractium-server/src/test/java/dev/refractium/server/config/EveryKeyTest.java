package dev.refractium.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every key of the records, found by reflection: a new key is tested from its first day. */
class EveryKeyTest {
    private static final Set<Class<?>> NUMBERS = Set.of(int.class, long.class, OptionalInt.class, Duration.class);

    /** A table that is sound until a line is added or replaced. */
    private static final Map<Class<?>, String> TABLES = Map.of(
            ServerConfig.class, "[server]\n%s\n",
            PluginsConfig.class, "[plugins]\n%s\n",
            RouteConfig.class, "[[protocols]]\nname = \"x\"\nforward_to = \"a:1\"\n%s\n",
            PlacedPattern.class, "[[protocols]]\nname = \"x\"\nforward_to = \"a:1\"\npatterns = [{ %s }]\n",
            FloatingPattern.class, "[[protocols]]\nname = \"x\"\nforward_to = \"a:1\"\npatterns = [{ %s }]\n");

    /** Of a pattern, what the key alone does not make sound. */
    private static final Map<String, String> NEEDED = Map.of(
            "offset", "hex = \"01\", ",
            "mask", "hex = \"01\", ",
            "contains", "within = 9, ",
            "within", "contains = \"a\", ");

    /** What a key that is no number refuses; a key without a row here fails the test. */
    private static final Map<String, String> BAD = Map.ofEntries(
            Map.entry("bind", "\"everywhere\""),
            Map.entry("io", "\"uring\""),
            Map.entry("health", "\"on\""),
            Map.entry("control", "\"\""),
            Map.entry("sha256", "{ ssh = \"1\" }"),
            Map.entry("allow", "[\"SSH\"]"),
            Map.entry("deny_calls", "\"true\""),
            Map.entry("hot_reload", "\"true\""),
            Map.entry("plugins_dir", "\"\\u0000\""),
            Map.entry("fallback_tcp", "\"127.0.0.1\""),
            Map.entry("fallback_udp", "[\"127.0.0.1:1\", \"127.0.0.1:1\"]"),
            Map.entry("name", "\"7\""),
            Map.entry("forward_to", "\":80\""),
            Map.entry("match", "{ sni = \"*\" }"),
            Map.entry("patterns", "[\"\"]"),
            Map.entry("server_first", "\"yes\""),
            Map.entry("transport", "\"sctp\""),
            Map.entry("on_incomplete", "\"open\""),
            Map.entry("on_unhealthy", "\"retry\""),
            Map.entry("retry", "\"once\""),
            Map.entry("on_removed", "\"drop\""),
            Map.entry("hooks", "[\"no name\"]"),
            Map.entry("hex", "\"1\""),
            Map.entry("mask", "\"00\""),
            Map.entry("contains", "\"\""));

    @ParameterizedTest
    @MethodSource("keys")
    void wrongTypeIsRefused(Class<?> record, String key, RecordComponent component) {
        String wrong = component.getType() == String.class ? "1" : "2026-01-01";

        assertThat(problemOf(record, key, wrong))
                .contains("; write ")
                .containsAnyOf("is the integer 1;", "is the date");
    }

    @ParameterizedTest
    @MethodSource("keys")
    void badValueIsRefused(Class<?> record, String key, RecordComponent component) {
        Key range = component.getAnnotation(Key.class);
        if (NUMBERS.contains(component.getType())) {
            String expected = "is out of range; use " + range.min() + " to " + range.max();
            assertThat(problemOf(record, key, range.min() - 1)).contains(expected);
            assertThat(problemOf(record, key, range.max() + 1)).contains(expected);
        } else {
            String bad = Objects.requireNonNull(BAD.get(key), () -> "this test needs a bad value of " + key);
            assertThat(problemOf(record, key, bad)).isNotEmpty();
        }
    }

    /** Two letters leave nothing to recognise. */
    @ParameterizedTest
    @MethodSource("longerKeys")
    void typingErrorIsRecognised(Class<?> record, String key) {
        String typo = key.substring(0, key.length() - 2) + key.charAt(key.length() - 1) + key.charAt(key.length() - 2);

        String toml = String.format(TABLES.get(record), typo + " = 1");

        assertThat(ConfigReader.parse(toml, "t", Path.of("/")).problems()).anySatisfy(problem -> {
            assertThat(problem.key()).endsWith("." + typo);
            assertThat(problem.message()).isEqualTo("unknown key; did you mean \"" + key + "\"?");
        });
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void bothEndsOfARangeAreTaken(String key, RecordComponent component) {
        Key range = component.getAnnotation(Key.class);
        String others = key.equals("silence_timeout_ms") ? "peek_timeout_ms = 3600000\n" : "";
        long highest = key.equals("silence_timeout_ms") ? range.max() - 1 : range.max();

        assertThat(problems("[server]\n" + others + key + " = " + range.min())).isEmpty();
        assertThat(problems("[server]\n" + others + key + " = " + highest)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void recordItselfRefusesWhatIsOutOfRange(String key, RecordComponent component) {
        Key range = component.getAnnotation(Key.class);
        ServerConfig defaults = ServerConfig.defaults();
        Object low = asComponent(component, range.min() - 1);
        Object high = asComponent(component, range.max() + 1);

        assertThatThrownBy(() -> defaults.with(Map.of(key, low), defaults.origin()))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageStartingWith(key + ": ");
        assertThatThrownBy(() -> defaults.with(Map.of(key, high), defaults.origin()))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageStartingWith(key + ": ");
    }

    @Test
    void everyComponentButTheOriginHasAKey() {
        for (Class<?> record : TABLES.keySet()) {
            assertThat(record.getRecordComponents())
                    .allSatisfy(component -> assertThat(
                                    component.isAnnotationPresent(Key.class) || component.getType() == Origin.class)
                            .as(component.toString())
                            .isTrue());
        }
    }

    /** The value in the component's own type where that can hold it, so that the record and not the reader is asked. */
    private static Object asComponent(RecordComponent component, long value) {
        if (component.getType() == Duration.class) {
            return Duration.ofMillis(value);
        }
        return component.getType() == int.class && value == (int) value ? (Object) (int) value : (Object) value;
    }

    private static String problemOf(Class<?> record, String key, Object value) {
        String toml = String.format(TABLES.get(record), key + " = " + value);
        // The sound table may have the key already.
        String once = toml.replaceFirst("(?m)^" + key + " = .*\n(?=(?s:.*)^" + key + " = )", "");
        String path = record == ServerConfig.class || record == PluginsConfig.class
                ? (record == ServerConfig.class ? "server." : "plugins.") + key
                : record == RouteConfig.class ? "protocols[0]." + key : "protocols[0].patterns[0]." + key;
        return String.join(
                "\n",
                ConfigReader.parse(once.replace("{ ", "{ " + NEEDED.getOrDefault(key, "")), "t", Path.of("/"))
                        .problems()
                        .stream()
                        .filter(problem ->
                                problem.key().startsWith(path) || problem.key().contains(".match."))
                        .map(Problem::toString)
                        .toList());
    }

    private static List<Problem> problems(String toml) {
        return ConfigReader.parse(toml, "t", Path.of("/")).problems();
    }

    private static Stream<Arguments> keys() {
        return TABLES.keySet().stream()
                .flatMap(record -> Arrays.stream(record.getRecordComponents())
                        .filter(component -> component.isAnnotationPresent(Key.class))
                        .map(component -> Arguments.of(
                                record, component.getAnnotation(Key.class).value(), component)));
    }

    private static Stream<Arguments> longerKeys() {
        return keys().filter(key -> ((String) key.get()[1]).length() > 2);
    }

    private static Stream<Arguments> numbers() {
        return keys().filter(key -> key.get()[0] == ServerConfig.class
                        && NUMBERS.contains(((RecordComponent) key.get()[2]).getType()))
                .map(key -> Arguments.of(key.get()[1], key.get()[2]));
    }
}
