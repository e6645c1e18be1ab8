package dev.refractium.server.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refractium.api.Units;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every key of the records, found by reflection: a new key is tested from its first day. */
class EveryKeyTest {
    private static final Set<Class<?>> NUMBERS = Set.of(int.class, Size.class, Duration.class);

    /** A table that is sound until a line is added or replaced. */
    private static final Map<Keys<?>, String> TABLES = Map.ofEntries(
            Map.entry(ServerConfig.KEYS, "[server]\n%s\n"),
            Map.entry(ListenerConfig.KEYS, "fallback_tcp = \"a:1\"\n[[listeners]]\nname = \"x\"\nport = 1\n%s\n"),
            Map.entry(PluginsConfig.KEYS, "[plugins]\n%s\n"),
            Map.entry(RouteConfig.KEYS, "[[protocols]]\nname = \"x\"\nforward_to = \"a:1\"\n%s\n"),
            Map.entry(PoolConfig.KEYS, "[pools.x]\nservers = \"a:1\"\n%s\n"),
            Map.entry(PoolServer.KEYS, "[pools.x]\nservers = [{ %s }]\n"),
            Map.entry(HookConfig.KEYS, "[hooks.x]\n%s\n"),
            Map.entry(AdminConfig.KEYS, "[admin]\n%s\n"),
            Map.entry(HealthConfig.KEYS, "[server]\nhealth = { %s }\n"),
            Map.entry(PlacedPattern.KEYS, "[[protocols]]\nname = \"x\"\nforward_to = \"a:1\"\npatterns = [{ %s }]\n"),
            Map.entry(
                    FloatingPattern.KEYS, "[[protocols]]\nname = \"x\"\nforward_to = \"a:1\"\npatterns = [{ %s }]\n"));

    /** What the path of a problem with a table's key begins with. */
    private static final Map<Keys<?>, String> PATHS = Map.ofEntries(
            Map.entry(ServerConfig.KEYS, "server."),
            Map.entry(ListenerConfig.KEYS, "listeners[0]."),
            Map.entry(PluginsConfig.KEYS, "plugins."),
            Map.entry(RouteConfig.KEYS, "protocols[0]."),
            Map.entry(PoolConfig.KEYS, "pools.x."),
            Map.entry(PoolServer.KEYS, "pools.x.servers[0]."),
            Map.entry(HookConfig.KEYS, "hooks.x."),
            Map.entry(AdminConfig.KEYS, "admin."),
            Map.entry(HealthConfig.KEYS, "server.health."),
            Map.entry(PlacedPattern.KEYS, "protocols[0].patterns[0]."),
            Map.entry(FloatingPattern.KEYS, "protocols[0].patterns[0]."));

    private static final String SERVER = "address = \"a:1\", ";

    /** Of a pattern and of a server, what the key alone does not make sound. */
    private static final Map<String, String> NEEDED = Map.ofEntries(
            Map.entry("offset", "hex = \"01\", "),
            Map.entry("mask", "hex = \"01\", "),
            Map.entry("contains", "within = 9, "),
            Map.entry("send", "check = \"send\", "),
            Map.entry("send_file", "check = \"send\", "),
            Map.entry("expect", "check = \"send\", "),
            Map.entry("within", "contains = \"a\", "),
            Map.entry("weight", SERVER),
            Map.entry("backup", SERVER),
            Map.entry("max_connections", SERVER),
            Map.entry("id", SERVER));

    /** What a key that is no number refuses; a key without a row here fails the test. */
    private static final Map<String, String> BAD = Map.ofEntries(
            Map.entry("bind", "\"everywhere\""),
            Map.entry("port", "\"80\""),
            Map.entry("path", "\"run/app.sock\""),
            Map.entry("abstract", "true"),
            Map.entry("mode", "\"rw-\""),
            Map.entry("owner", "\"a b\""),
            Map.entry("group", "\"a b\""),
            Map.entry("interface", "\"eth 0\""),
            Map.entry("freebind", "\"true\""),
            Map.entry("v6only", "true"),
            Map.entry("on_bind_failure", "\"retry\""),
            Map.entry("id", "\"a b\""),
            Map.entry("listeners", "[\"no name\"]"),
            Map.entry("servers", "\":80\""),
            Map.entry("address", "\":80\""),
            Map.entry("backup", "\"yes\""),
            Map.entry("balance", "\"fastest\""),
            Map.entry("on_backend_down", "\"drop\""),
            Map.entry("on_all_down", "\"wait\""),
            Map.entry("hash_on", "\"no name\""),
            Map.entry("io", "\"uring\""),
            Map.entry("health", "\"on\""),
            Map.entry("resolvers", "[\"localhost:53\"]"),
            Map.entry("check", "\"http\""),
            Map.entry("jitter", "0.6"),
            Map.entry("send", "\"\""),
            Map.entry("send_file", "\"\""),
            Map.entry("expect", "\"\""),
            Map.entry("reset_before_first_byte", "\"yes\""),
            Map.entry("control", "\"\""),
            Map.entry("control_group", "\"a b\""),
            Map.entry("control_read", "\"\""),
            Map.entry("sha256", "{ ssh = \"1\" }"),
            Map.entry("allow", "[\"SSH\"]"),
            Map.entry("deny", "[\"10.0.0.5/8\"]"),
            Map.entry("clients", "\"any\""),
            Map.entry("limits_exempt", "\"@\""),
            Map.entry("map_networks", "\"@\""),
            Map.entry("deny_calls", "\"true\""),
            Map.entry("hot_reload", "\"true\""),
            Map.entry("plugins_dir", "\"\\u0000\""),
            Map.entry("state_dir", "\"\\u0000\""),
            Map.entry("fallback_tcp", "\"127.0.0.1\""),
            Map.entry("fallback_udp", "[\"127.0.0.1:1\", \"127.0.0.1:1\"]"),
            Map.entry("name", "\"7\""),
            Map.entry("forward_to", "\":80\""),
            Map.entry("send_proxy", "\"v3\""),
            Map.entry("send_proxy_udp", "\"last\""),
            Map.entry("mixed_proxy", "\"true\""),
            Map.entry("accept_proxy_from", "\"10.0.0.0/33\""),
            Map.entry("accept_proxy_udp_from", "\"10.0.0.0/33\""),
            Map.entry("match", "{ sni = \"*\" }"),
            Map.entry("patterns", "[\"\"]"),
            Map.entry("server_first", "\"yes\""),
            Map.entry("transport", "\"sctp\""),
            Map.entry("on_incomplete", "\"open\""),
            Map.entry("on_odd_name", "\"open\""),
            Map.entry("on_unhealthy", "\"retry\""),
            Map.entry("retry", "\"once\""),
            Map.entry("source", "\"proxy\""),
            Map.entry("source_networks", "[\"10.0.0.1/8\"]"),
            Map.entry("peer_trust", "\"yes\""),
            Map.entry("on_removed", "\"drop\""),
            Map.entry("hosts", "\"a b\""),
            Map.entry("page", "\"yes\""),
            Map.entry("token_file", "\"\\u0000\""),
            Map.entry("hooks", "[\"no name\"]"),
            Map.entry("hook", "\"no name\""),
            Map.entry("hex", "\"1\""),
            Map.entry("mask", "\"00\""),
            Map.entry("contains", "\"\""));

    @ParameterizedTest
    @MethodSource("keys")
    void wrongTypeIsRefused(String name, KeyedComponent key, Keys<?> table) {
        String wrong = key.type() == String.class ? "1" : "2026-01-01";

        assertThat(problemOf(table, name, wrong))
                .contains("; write ")
                .containsAnyOf("is the integer 1;", "is the date");
    }

    @ParameterizedTest
    @MethodSource("keys")
    void badValueIsRefused(String name, KeyedComponent key, Keys<?> table) {
        if (NUMBERS.contains(key.type())) {
            String expected = "is out of range; use " + key.annotation().min() + " to "
                    + key.annotation().max();
            assertThat(problemOf(table, name, literal(key, least(key) - 1))).containsAnyOf(expected, "is negative");
            assertThat(problemOf(table, name, literal(key, most(key) + 1))).contains(expected);
        } else {
            String bad = Objects.requireNonNull(BAD.get(name), () -> "this test needs a bad value of " + name);
            assertThat(problemOf(table, name, bad)).isNotEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void defaultAndRangeAreWrittenAsTheyArePrinted(String name, KeyedComponent key) {
        for (String text : List.of(
                key.annotation().initial(),
                key.annotation().min(),
                key.annotation().max())) {
            if (!text.equals(Key.UNSET) && !text.equals(Key.REQUIRED)) {
                assertThat(printed(key, value(key, text))).isEqualTo(text);
            }
        }
    }

    /** Two letters leave nothing to recognise. */
    @ParameterizedTest
    @MethodSource("longerKeys")
    void typingErrorIsRecognised(String key, KeyedComponent component, Keys<?> table) {
        String typo = typo(key);

        String toml = String.format(TABLES.get(table), typo + " = 1");

        assertThat(ConfigReader.parse(toml, "t", Path.of("/")).problems()).anySatisfy(problem -> {
            assertThat(problem.key()).endsWith("." + typo);
            assertThat(problem.message()).isEqualTo("unknown key; did you mean \"" + key + "\"?");
        });
    }

    private static String typo(String key) {
        return key.substring(0, key.length() - 2) + key.charAt(key.length() - 1) + key.charAt(key.length() - 2);
    }

    @ParameterizedTest
    @MethodSource("serversNumbers")
    void bothEndsOfARangeAreTaken(String name, KeyedComponent key) {
        boolean silence = name.equals("silence_timeout");
        String others = silence ? "peek_timeout = \"1h\"\n" : "";
        long highest = silence ? most(key) - 1 : most(key);

        assertThat(problems("[server]\n" + others + name + " = " + literal(key, least(key))))
                .isEmpty();
        assertThat(problems("[server]\n" + others + name + " = " + literal(key, highest)))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("serversNumbers")
    void recordItselfRefusesWhatIsOutOfRange(String name, KeyedComponent key) {
        ServerConfig defaults = ServerConfig.defaults();

        for (Object value : List.of(typed(key, least(key) - 1), typed(key, most(key) + 1))) {
            assertThatThrownBy(() -> defaults.with(Map.of(name, value), defaults.origin()))
                    .isInstanceOf(InvalidValueException.class)
                    .hasMessageStartingWith(name + ": ");
        }
    }

    @Test
    void everyComponentHasAKeyOrIsMadeOfThem() {
        Set<Class<?>> others = Set.of(Origin.class, SettingsTable.class);
        for (Class<?> record : List.of(
                ServerConfig.class,
                ListenerConfig.class,
                PluginsConfig.class,
                RouteConfig.class,
                PoolConfig.class,
                PoolServer.class,
                HookConfig.class,
                AdminConfig.class,
                HealthConfig.class,
                PlacedPattern.class,
                FloatingPattern.class)) {
            assertThat(record.getRecordComponents())
                    .hasSizeLessThanOrEqualTo(6)
                    .allSatisfy(component -> assertThat(component.isAnnotationPresent(Key.class)
                                    || Keys.hasKeys(component.getType())
                                    || others.contains(component.getType()))
                            .as(component.toString())
                            .isTrue());
        }
    }

    private static long least(KeyedComponent key) {
        return value(key, key.annotation().min());
    }

    private static long most(KeyedComponent key) {
        return value(key, key.annotation().max());
    }

    private static long value(KeyedComponent key, String text) {
        if (key.type() == Duration.class) {
            return Units.parseDuration(text).toMillis();
        }
        return key.type() == Size.class ? Units.parseSize(text) : Long.parseLong(text);
    }

    private static String printed(KeyedComponent key, long value) {
        if (key.type() == Duration.class) {
            return Units.format(Duration.ofMillis(value));
        }
        return key.type() == Size.class ? Units.formatSize(value) : String.valueOf(value);
    }

    private static String literal(KeyedComponent key, long value) {
        return key.type() == int.class ? String.valueOf(value) : "\"" + printed(key, value) + "\"";
    }

    private static Object typed(KeyedComponent key, long value) {
        if (key.type() == Duration.class) {
            return Duration.ofMillis(value);
        }
        return key.type() == Size.class ? new Size(value) : (Object) value;
    }

    /** The value is of no use for any key, but for those that take any text. */
    @ParameterizedTest
    @MethodSource("keys")
    void noProblemShowsAValueOfTheEnvironment(String name, KeyedComponent key, Keys<?> table) {
        Variables variables = new Variables(Map.of("SECRET", "Zq9x *.MARKER:99999/33 \u0000"));
        String reference = "\"${env:SECRET}\"";

        for (String value :
                List.of(reference, "[" + reference + ", " + reference + "]", "\"x." + reference.substring(1))) {
            String toml = sound(table, name, value);
            assertThat(ConfigReader.parse(toml.getBytes(UTF_8), "t", Path.of("/"), new ConfigReader.Reading(variables))
                            .problems())
                    .allSatisfy(problem -> assertThat(problem.message().toLowerCase(Locale.ROOT))
                            .doesNotContain("zq9x", "marker", "99999"));
        }
    }

    private static String problemOf(Keys<?> table, String key, String value) {
        String path = PATHS.get(table) + key;
        return String.join(
                "\n",
                ConfigReader.parse(sound(table, key, value), "t", Path.of("/")).problems().stream()
                        .filter(problem ->
                                problem.key().startsWith(path) || problem.key().contains(".match."))
                        .map(Problem::toString)
                        .toList());
    }

    /** Returns a table that is sound but for this key. */
    private static String sound(Keys<?> table, String key, String value) {
        String toml = String.format(TABLES.get(table), key + " = " + value);
        // The sound table may have the key already.
        String once = toml.replaceFirst("(?m)^" + key + " = .*\n(?=(?s:.*)^" + key + " = )", "");
        return once.replace("{ ", "{ " + NEEDED.getOrDefault(key, ""));
    }

    private static List<Problem> problems(String toml) {
        return ConfigReader.parse(toml, "t", Path.of("/")).problems();
    }

    private static Stream<Arguments> keys() {
        return TABLES.keySet().stream().flatMap(EveryKeyTest::keys);
    }

    private static Stream<Arguments> keys(Keys<?> table) {
        return table.names().stream().map(name -> Arguments.of(name, table.key(name), table));
    }

    private static Stream<Arguments> longerKeys() {
        // Other keys of a hook's table are the hook's, which judges them.
        return keys().filter(key -> ((String) key.get()[0]).length() > 2 && key.get()[2] != HookConfig.KEYS)
                .filter(key -> !typo((String) key.get()[0]).equals(key.get()[0]));
    }

    private static Stream<Arguments> numbers() {
        return keys().filter(EveryKeyTest::isNumber);
    }

    private static Stream<Arguments> serversNumbers() {
        return keys(ServerConfig.KEYS).filter(EveryKeyTest::isNumber);
    }

    private static boolean isNumber(Arguments key) {
        return NUMBERS.contains(((KeyedComponent) key.get()[1]).type());
    }
}
