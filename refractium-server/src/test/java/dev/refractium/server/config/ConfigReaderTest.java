package dev.refractium.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Transport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigReaderTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "health = \"off\"                  | off",
                "health = { interval = \"100ms\" } | { interval = \"100ms\" }",
                "health = {}                      | { interval = \"5s\" }",
                "health.interval = \"60m\"         | { interval = \"1h\" }",
                "health = \"protocol\"             | { check = \"protocol\", interval = \"5s\" }",
            })
    void healthIsATableOrOff(String line, String expected) {
        ConfigReader.Parsed parsed = ConfigReader.parse("[server]\n" + line, "t", Path.of("/"));

        assertThat(parsed.problems()).isEmpty();
        assertThat(parsed.config().server().timeouts().health()).hasToString(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "health = { interval = \"99ms\" }      | t:2:12: server.health.interval: 99ms is out of range; use 100ms to 1h",
                "health = { interval = \"3600001ms\" } | t:2:12: server.health.interval: 3600001ms is out of range",
                "health = { interval = \"1\" }      | t:2:12: server.health.interval: \"1\" has no unit; write",
                "health = { intervall = 200 }         | t:2:12: server.health.intervall: unknown key; did you mean",
                "health = \"of\"                    | t:2:1: server.health: \"of\" is not known here; known are tcp, tls, protocol, off",
                "health = \"send\"                  | t:2:1: server.health: \"send\" is not known here; known are",
                "health = { check = \"send\" }        | t:2:12: server.health.check: is \"send\" without anything to send",
                "health = { send = \"x\" }            | t:2:12: server.health.send: is for check = \"send\"",
                "health = { expect = \"x\" }          | t:2:12: server.health.expect: is for check = \"send\"",
                "health = { jitter = \"0.1\" }        | t:2:12: server.health.jitter: is the string \"0.1\"; write a number",
                "health = false                     | t:2:1: server.health: is the boolean false; write",
            })
    void aHealthThatIsNeitherIsRefused(String line, String expected) {
        ConfigReader.Parsed parsed = ConfigReader.parse("[server]\n" + line, "t", Path.of("/"));

        assertThat(parsed.problems()).singleElement().asString().contains(expected);
    }

    @Test
    void whatACheckSendsAndExpectsIsWrittenAsPatternsAre() throws IOException {
        String toml = """
                [server]
                health = { check = "send", send = "\\xffPING\\r\\n", expect = [
                  "+PONG", { contains = "ready", within = 64 }, { hex = "16 03", offset = 2 }] }
                """;

        HealthExchange exchange = sound(toml).server().timeouts().health().exchange();

        assertThat(exchange.toBytes()).isEqualTo("\u00ffPING\r\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(exchange.expect())
                .containsExactly(
                        PatternConfig.prefix("+PONG".getBytes(StandardCharsets.US_ASCII)),
                        FloatingPattern.of("ready".getBytes(StandardCharsets.US_ASCII), 64),
                        new PlacedPattern(2, "1603", "ffff"));
    }

    @Test
    void oneExpectedAnswerNeedsNoArray() throws IOException {
        String toml = "[server]\nhealth = { check = \"send\", expect = \"220 \" }\n";

        HealthExchange exchange = sound(toml).server().timeouts().health().exchange();

        assertThat(exchange.send()).isEmpty();
        assertThat(exchange.expect()).containsExactly(PatternConfig.prefix("220 ".getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void documentedConfigurationSaysWhatItSays() throws IOException {
        Config config = sound(documented());

        ServerConfig server = config.server();
        assertThat(server.listener().bind()).isEqualTo("0.0.0.0");
        assertThat(server.limits().maxConnections()).hasValue(10_000);
        assertThat(server.peek().memory()).isEqualTo(new Size(33_554_432));
        assertThat(server.timeouts().relay().halfClose()).isEqualTo(Duration.ofMinutes(5));
        assertThat(server.timeouts().relay().idle()).isZero();
        assertThat(server.process().directories().plugins()).contains(Path.of("/etc/refractium/plugins"));
        assertThat(server.listener().fallbacks().tcp().servers())
                .containsExactly(PoolServer.at(new Endpoint("127.0.0.1", 8081)));
        assertThat(server.listener().fallbacks().udp().servers())
                .containsExactly(PoolServer.at(new Endpoint("127.0.0.1", 53)));
        assertThat(config.routes()).extracting(RouteConfig::name).containsExactly("http", "https", "smtp", "my_app");
        assertThat(config.routes().get(1).selection().match()).isEqualTo(Map.of("sni", List.of("*.example.com")));
        assertThat(config.routes().get(2).selection().serverFirst()).contains(true);
        assertThat(config.routes().get(3).selection().transports()).containsExactly(Transport.UDP);
        assertThat(config.routes().get(3).selection().patterns())
                .containsExactly(
                        PatternConfig.prefix(new byte[] {1, 2, 3}),
                        PatternConfig.prefix("MY_PROTO_V1".getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void documentedDefaultsAreTheDefaults() throws IOException {
        ServerConfig said = sound(documented()).server();
        Map<String, ?> unsaid = Map.of();

        ServerConfig defaults = ServerConfig.defaults().with(unsaid, said.origin());

        assertThat(said)
                .usingRecursiveComparison()
                .ignoringFields(
                        "limits.maxConnections",
                        "limits.maxConnectionsPerIp",
                        "limits.udpMaxSessionsPerIp",
                        "peek.silence",
                        "process.directories.plugins",
                        "listener.fallbacks")
                .isEqualTo(defaults);
        assertThat(said.peek().silenceTimeout()).isEqualTo(defaults.peek().silenceTimeout());
        assertThat(defaults.limits().connectionsPerIp(Limits.DEFAULT_MAX_CONNECTIONS))
                .isEqualTo(said.limits().connectionsPerIp(Limits.DEFAULT_MAX_CONNECTIONS))
                .isEqualTo(2_500);
        assertThat(defaults.limits().udpSessionsPerIp())
                .isEqualTo(said.limits().udpSessionsPerIp())
                .isEqualTo(1_024);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 1", "8, 2", "10000000, 2500000"})
    void clientMayHaveAQuarterOfAllUnlessALimitIsSet(int all, int own) {
        ServerConfig unset = sound("[server]\nudp_max_sessions = " + all).server();
        ServerConfig off = sound("[server]\nudp_max_sessions_per_ip = 0\nmax_connections_per_ip = 0\n")
                .server();

        assertThat(unset.limits().connectionsPerIp(all)).isEqualTo(own);
        assertThat(unset.limits().udpSessionsPerIp()).isEqualTo(own);
        assertThat(off.limits().connectionsPerIp(all)).isZero();
        assertThat(off.limits().udpSessionsPerIp()).isZero();
    }

    @Test
    void emptyFileIsAllDefaults() {
        ConfigReader.Parsed parsed = parse("# nothing\n");

        assertThat(parsed.problems()).isEmpty();
        assertThat(parsed.config().routes()).isEmpty();
        assertThat(parsed.config().server())
                .usingRecursiveComparison()
                .ignoringFields("origin")
                .isEqualTo(ServerConfig.defaults());
    }

    @Test
    void everyRouteRemembersWhereItsKeysWereSaid() {
        Config config = sound("""
                [[protocols]]
                name = "https"
                forward_to = ["127.0.0.1:1",
                  "127.0.0.1:2"]
                match = { sni = "a.test", colour = ["red", ""] }
                """);

        Origin origin = config.routes().get(0).origin();

        assertThat(origin.source()).isEqualTo("test.toml:1:1");
        assertThat(origin.at("forward_to")).isEqualTo("test.toml:3:1");
        assertThat(origin.at("forward_to[1]")).isEqualTo("test.toml:4:3");
        assertThat(origin.at("forward_to[7]")).isEqualTo("test.toml:3:1");
        assertThat(origin.at("sni")).isEqualTo("test.toml:5:11");
        assertThat(origin.at("transport")).isEqualTo("test.toml:1:1");
        assertThat(origin.has("transport")).isFalse();
        assertThat(origin.problem("colour", "is no attribute"))
                .hasToString("test.toml:5:27: protocols[0].colour: is no attribute");
    }

    @Test
    void shorthandAndMatchTableAreOneThing() {
        Config config = sound("""
                [[protocols]]
                name = "https"
                sni = ["A.test", "*.b.test", ""]
                alpn = "h2"
                match = { colour = "Red" }
                forward_to = "127.0.0.1:1"
                """);

        assertThat(config.routes().get(0).selection().match())
                .isEqualTo(Map.of(
                        "sni", List.of("a.test", "*.b.test", ""), "alpn", List.of("h2"), "colour", List.of("Red")));
    }

    @Test
    void fallbackAtTopLevelIsTheServers() {
        Config config = sound("fallback_tcp = [\"127.0.0.1:1\", \"127.0.0.1:2\"]\n[server]\nport = 0\n");

        assertThat(config.server().listener().fallbacks().tcp().servers()).hasSize(2);
        assertThat(config.server().origin().at("fallback_tcp")).isEqualTo("test.toml:1:1");
    }

    @Test
    void shortPeekTimeoutLeavesRoomForSilence() {
        assertThat(sound("server.peek_timeout = \"500ms\"").server().peek().silenceTimeout())
                .hasMillis(250);
        assertThat(sound("server.peek_timeout = \"2ms\"").server().peek().silenceTimeout())
                .hasMillis(1);
        assertThat(sound("server.peek_timeout = \"1m\"").server().peek().silenceTimeout())
                .hasMillis(1000);
        assertThat(parse("server.peek_timeout = \"500ms\"\nserver.silence_timeout = \"500ms\"")
                        .problems())
                .singleElement()
                .extracting(Problem::key)
                .isEqualTo("server.silence_timeout");
    }

    @Test
    void relativePluginsDirStartsAtTheFile() throws IOException {
        Path file = Files.writeString(directory.resolve("r.toml"), "server.plugins_dir = \"../p\"");

        ConfigReader.Parsed parsed = ConfigReader.read(file, new ConfigReader.Reading(new Variables(Map.of())));

        assertThat(parsed.config().server().process().directories().plugins())
                .contains(directory.resolveSibling("p").toAbsolutePath());
    }

    @Test
    void whatIsReadableIsKeptBesideTheProblems() {
        ConfigReader.Parsed parsed = parse("""
                [server]
                port = 1
                bind = 2
                [[protocols]]
                name = "nameless"
                forward_to = ["127.0.0.1:1", "127.0.0.1"]
                [[protocols]]
                name = "https"
                sni = "a b"
                forward_to = "127.0.0.1:1"
                """);

        assertThat(parsed.problems()).hasSize(3);
        assertThat(parsed.config().server().listener().port()).isEqualTo(1);
        assertThat(parsed.config().routes()).extracting(RouteConfig::name).containsExactly("nameless");
    }

    @Test
    void problemsStandInTheOrderOfTheFile() {
        List<Problem> problems = parse(
                        "a = 1\n[[protocols]]\nname = \"x\"\nforward_to = \"y\"\n[server]\nport = \"z\"\nq = 1\n")
                .problems();

        assertThat(problems)
                .extracting(Problem::where)
                .containsExactly("test.toml:1:1", "test.toml:4:1", "test.toml:6:1", "test.toml:7:1");
    }

    @Test
    void moreThanAHundredProblemsAreCounted() {
        List<Problem> problems = parse("=\n".repeat(5000)).problems();

        assertThat(problems).hasSize(101);
        assertThat(problems.get(100)).hasToString("test.toml: file: has 4900 more problems; mend these first");
    }

    @Test
    void routesThatDifferDoNotConflict() {
        sound("""
                fallback_tcp = "127.0.0.1:9"
                [[protocols]]
                name = "https"
                sni = "a.test"
                on_unhealthy = "fallback"
                forward_to = "127.0.0.1:1"
                [[protocols]]
                name = "https"
                sni = "*.test"
                forward_to = "127.0.0.1:2"
                [[protocols]]
                name = "https"
                forward_to = "127.0.0.1:3"
                [[protocols]]
                name = "https"
                sni = ""
                forward_to = "127.0.0.1:3"
                [[protocols]]
                name = "https"
                alpn = "h2"
                forward_to = "127.0.0.1:4"
                [[protocols]]
                name = "dns"
                transport = "tcp"
                forward_to = "127.0.0.1:5"
                [[protocols]]
                name = "dns"
                transport = "udp"
                forward_to = "127.0.0.1:5"
                [[protocols]]
                name = "longer"
                patterns = ["ABC", { hex = "4142", offset = 1 }, { hex = "41 42 00", mask = "ff f0 00" }]
                forward_to = "127.0.0.1:6"
                [[protocols]]
                name = "shorter"
                patterns = ["AB"]
                server_first = true
                forward_to = "127.0.0.1:6"
                """);
    }

    @Test
    void missingFileIsAProblem() throws IOException {
        assertThat(ConfigReader.read(Path.of("no-such.toml"), new ConfigReader.Reading(new Variables(Map.of())))
                        .problems())
                .singleElement()
                .asString()
                .startsWith("no-such.toml: file: does not exist; ");
    }

    @Test
    void directoryIsAProblem() throws IOException {
        assertThat(ConfigReader.read(directory, new ConfigReader.Reading(new Variables(Map.of())))
                        .problems())
                .singleElement()
                .asString()
                .contains("is a directory");
    }

    @Test
    void fileThatIsTooLargeIsAProblem() throws IOException {
        Path file = Files.write(directory.resolve("large.toml"), new byte[SourceText.LIMIT + 1]);

        assertThat(ConfigReader.read(file, new ConfigReader.Reading(new Variables(Map.of())))
                        .problems())
                .singleElement()
                .asString()
                .contains("larger than " + new Size(SourceText.LIMIT));
        assertThat(parse("#".repeat(SourceText.LIMIT + 1)).problems()).hasSize(1);
        assertThat(parse("#".repeat(TomlPieces.MOST)).problems()).isEmpty();
        assertThat(parse("#".repeat(TomlPieces.MOST + 1)).problems()).hasSize(1);
    }

    @Test
    void bytesThatAreNotUtf8AreNamedWithTheirPlace() throws IOException {
        byte[] toml = "a = 1\nb = \"\u00e9X\"\n".getBytes(StandardCharsets.UTF_8);
        toml[13] = (byte) 0xff;
        Path file = Files.write(directory.resolve("latin.toml"), toml);
        Path wide = Files.write(directory.resolve("wide.toml"), "\ufeff[server]".getBytes(StandardCharsets.UTF_16LE));

        assertThat(ConfigReader.read(file, new ConfigReader.Reading(new Variables(Map.of())))
                        .problems())
                .singleElement()
                .hasToString(file + ":2:7: file: byte 0xff is not UTF-8 here; save the file as UTF-8");
        assertThat(ConfigReader.read(wide, new ConfigReader.Reading(new Variables(Map.of())))
                        .problems())
                .singleElement()
                .hasToString(wide + ":1:1: file: byte 0xff is not UTF-8 here; save the file as UTF-8");
    }

    @Test
    void fileNameIsShownAsGivenAndEscaped() throws IOException {
        Path file = Files.writeString(directory.resolve("a\u001b[31m.toml"), "a = 1");

        assertThat(ConfigReader.read(file, new ConfigReader.Reading(new Variables(Map.of())))
                        .problems())
                .singleElement()
                .extracting(Problem::where)
                .asString()
                .endsWith("a\\x1b[31m.toml:1:1");
    }

    @Test
    void everyNameOfAProtocolHasOneForm() {
        assertThat(RouteConfig.canonical("My-App")).isEqualTo("my_app");
        assertThat(sound("[[protocols]]\nname = \"My-App\"\nforward_to = \"a:1\"\n")
                        .routes()
                        .get(0)
                        .name())
                .isEqualTo("my_app");
    }

    @Test
    void transportIsOneOfThreeWords() {
        String route = "[[protocols]]\nname = \"x\"\nforward_to = \"a:1\"\n";

        assertThat(sound(route).routes().get(0).selection().transports()).isEmpty();
        assertThat(sound(route + "transport = \"tcp\"")
                        .routes()
                        .get(0)
                        .selection()
                        .transports())
                .isEqualTo(Set.of(Transport.TCP));
        assertThat(sound(route + "transport = \"both\"")
                        .routes()
                        .get(0)
                        .selection()
                        .transports())
                .hasSize(2);
        assertThat(sound(route).routes().get(0).selection().serverFirst()).isEqualTo(Optional.empty());
    }

    private static String documented() throws IOException {
        return Files.readString(Path.of("src", "test", "resources", "documented.toml"));
    }

    private static Config sound(String toml) {
        ConfigReader.Parsed parsed = parse(toml);
        assertThat(parsed.problems()).isEmpty();
        return parsed.config();
    }

    private static ConfigReader.Parsed parse(String toml) {
        return ConfigReader.parse(toml, "test.toml", Path.of("/etc/refractium"));
    }
}
