package dev.refractium.server.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refractium.api.HealthCheck;
import dev.refractium.api.Hook;
import dev.refractium.api.Identification;
import dev.refractium.api.Peek;
import dev.refractium.api.Protocol;
import dev.refractium.api.Session;
import dev.refractium.api.Tap;
import dev.refractium.api.Transport;
import dev.refractium.server.config.Config;
import dev.refractium.server.config.ConfigReader;
import dev.refractium.server.config.Problem;
import dev.refractium.server.identify.Prefix;
import dev.refractium.server.limit.Refusal;
import dev.refractium.server.net.Binding;
import dev.refractium.server.net.NameResolver;
import dev.refractium.server.plugin.PluginScan;
import dev.refractium.server.route.Route;
import dev.refractium.server.route.RouteLimits;
import dev.refractium.server.text.Networks;
import dev.refractium.server.upstream.Backends;
import dev.refractium.server.upstream.HealthRules;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What only shows once the protocols are known. */
class GenerationBuilderTest {
    private static final List<Protocol> PROTOCOLS =
            List.of(new Prefix("http", "GET ", List.of("host")), new Tls(), new Ftp());

    private final NameResolver names = new NameResolver(this::hang);

    /** Written by the test, read by the thread that looks up. */
    private volatile Thread building = Thread.currentThread();

    @AfterEach
    void close() {
        names.close();
    }

    @Test
    void unknownProtocolIsReportedWithTheKnownOnes() throws Exception {
        assertThat(problems(route("htpt", "")))
                .singleElement()
                .asString()
                .startsWith("test.toml:2:")
                .contains("protocols[0].name: unknown protocol \"htpt\"; did you mean \"http\"?")
                .contains("ftp, http, https, tls")
                .contains("refused: broken.jar (not a ZIP)");
    }

    @Test
    void missingProtocolIsReportedWithThePlaceForItsJarFirst() throws Exception {
        GenerationBuilder builder =
                builder(route("mqtt", "")).plugins(Optional.of(Path.of("/opt/plugins")), PluginScan.NONE);

        assertThat(builder.build().problems())
                .singleElement()
                .asString()
                .contains("unknown protocol \"mqtt\"; put its JAR into /opt/plugins; registered are: ");
    }

    @Test
    void aliasNamesTheSameProtocol() throws Exception {
        assertThat(problems(route("tls", "sni = \"a.test\""))).isEmpty();
        assertThat(problems(route("tls", "sni = \"a.test\"") + route("https", "sni = \"a.test\"")))
                .singleElement()
                .asString()
                .contains("protocols[1].name: a tie")
                .contains("test.toml:2:");
    }

    @Test
    void attributeThatTheProtocolLacksIsRefused() throws Exception {
        assertThat(problems(route("http", "sni = \"a.test\"")))
                .singleElement()
                .asString()
                .contains("sni: protocol \"http\" has no such attribute; it has: host");
    }

    @Test
    void hashOnAnAttributeThatTheProtocolLacksIsRefused() throws Exception {
        String hash = "balance = \"source_hash\"\nhash_on = \"sni\"\n";

        assertThat(problems(route("http", hash)))
                .singleElement()
                .asString()
                .contains("protocols[0].hash_on: protocol \"http\" has no attribute \"sni\"; it has: host");
        assertThat(problems("[pools.web]\nservers = \"127.0.0.1:9\"\n" + hash
                        + "[[protocols]]\nname = \"http\"\nforward_to = \"pool:web\"\n"))
                .singleElement()
                .asString()
                .contains("test.toml:4:")
                .contains("pools.web.hash_on: protocol \"http\" has no attribute \"sni\"; it has: host");
        assertThat(problems(route("https", hash))).isEmpty();
    }

    @Test
    void transportThatTheProtocolLacksIsRefused() throws Exception {
        assertThat(problems(route("http", "transport = \"both\"")))
                .singleElement()
                .asString()
                .contains("transport: \"http\" is not spoken over UDP; it is over TCP");
    }

    @Test
    void responsesAreRefusedWhereNoDatagramComes() throws Exception {
        for (String tcp : List.of(
                route("http", "responses = 0"), route("x", "patterns = [\"X\"]\ntransport = \"tcp\"\nresponses = 1"))) {
            assertThat(problems(tcp))
                    .singleElement()
                    .asString()
                    .contains(".responses: counts answers over UDP, and this route takes TCP sessions only; remove it");
        }
        assertThat(problems(route("x", "patterns = [\"X\"]\nresponses = 1"))).isEmpty();
    }

    @Test
    void poolsThatCheckOneBackendInTwoWaysAreRefused() throws Exception {
        String two = route("http", "host = \"a.test\"\nhealth = \"tcp\"")
                + route("http", "host = \"b.test\"\nhealth = { fall = 3 }");

        assertThat(problems(two))
                .singleElement()
                .asString()
                .isEqualTo("test.toml:10:1: protocols[1].health: \"127.0.0.1:9\" is checked in another way at"
                        + " test.toml:5:1, and a backend is checked once; write the same here, or name another"
                        + " backend");
    }

    @Test
    void aPoolsOwnCheckGoesBeforeTheServers() throws Exception {
        GenerationBuilder.Built built = build("[server]\nhealth = \"off\"\n" + route("http", "host = \"a.test\"")
                + route("http", "host = \"b.test\"\nhealth = { fall = 3 }"));

        assertThat(built.problems()).isEmpty();
        assertThat(rules(built).probes().orElseThrow().thresholds()).isEqualTo(new HealthRules.Thresholds(1, 3));
    }

    @Test
    void aCheckByProtocolNeedsAPluginThatKnowsOne() throws Exception {
        assertThat(problems(route("http", "health = \"protocol\"")))
                .singleElement()
                .asString()
                .contains("health: is \"protocol\", and no protocol here knows how to check \"127.0.0.1:9\" over TCP;"
                        + " write check = \"send\", \"tcp\" or \"off\"");
        GenerationBuilder.Built inherited = build("[server]\nhealth = \"protocol\"\n" + route("http", ""));
        assertThat(inherited.problems()).isEmpty();
        assertThat(rules(inherited).probes().orElseThrow().check())
                .as("a connect")
                .isEmpty();
        GenerationBuilder.Built known = build(route("https", "health = \"protocol\""));
        assertThat(known.problems()).isEmpty();
        assertThat(rules(known).probes().orElseThrow().check()).isPresent();
    }

    @Test
    void aCheckByTcpIsRefusedWhereOnlyDatagramsGo() throws Exception {
        assertThat(problems(route("x", "patterns = [\"X\"]\ntransport = \"udp\"\nhealth = \"tls\"")))
                .singleElement()
                .asString()
                .contains("health: checks by TCP, and \"127.0.0.1:9\" gets UDP sessions only; write");
    }

    private static HealthRules rules(GenerationBuilder.Built built) {
        Generation generation = built.generation();
        return generation.health(generation
                .routes(Transport.TCP)
                .get(0)
                .pool()
                .sources()
                .iterator()
                .next());
    }

    @Test
    void patternsDoNotReplaceAPluginsProtocol() throws Exception {
        assertThat(problems(route("http", "patterns = [\"X\"]")))
                .singleElement()
                .asString()
                .contains("patterns: \"http\" is a plugin's protocol");
    }

    @Test
    void patternThatAPluginMatchesFirstIsUnreachable() throws Exception {
        String pattern = route("mine", "patterns = [\"GET / MINE\"]");

        assertThat(problems(route("http", "") + pattern))
                .singleElement()
                .asString()
                .contains("can never be reached: \"http\"");
        assertThat(problems(pattern + route("http", ""))).isEmpty();
    }

    @Test
    void onlyOneRouteMayBeReachedBySilence() throws Exception {
        assertThat(problems(route("ftp", "") + route("smtp", "server_first = true")))
                .singleElement()
                .asString()
                .contains("protocols[1].server_first: only one route");
        assertThat(problems(route("ftp", "server_first = false") + route("smtp", "server_first = true")))
                .isEmpty();
    }

    @Test
    void routesOfOneProtocolMustAgreeOnIncomplete() throws Exception {
        String fallback = "[server]\nfallback_tcp = \"127.0.0.1:1\"\n";

        assertThat(problems(fallback
                        + route("https", "sni = \"a.test\"\non_incomplete = \"fallback\"")
                        + route("https", "sni = \"b.test\"")))
                .singleElement()
                .asString()
                .contains("protocols[1].on_incomplete: differs");
    }

    @Test
    void routesOfOneProtocolMustAgreeOnOddNames() throws Exception {
        assertThat(problems(route("https", "on_odd_name = \"any\"") + route("https", "sni = \"b.test\"")))
                .singleElement()
                .asString()
                .contains("protocols[1].on_odd_name: differs from that of test.toml:2:");
    }

    @Test
    void oddNamesNeedARouteThatAsksForNothing() throws Exception {
        String any = "on_odd_name = \"any\"";

        assertThat(problems(route("https", "sni = \"a.test\"\n" + any)))
                .singleElement()
                .asString()
                .contains("protocols[0].on_odd_name: is \"any\", and no route of \"https\" asks for nothing");
        assertThat(problems(route("https", "sni = \"a.test\"\n" + any) + route("https", any)))
                .isEmpty();
    }

    @Test
    void backendThatIsTheListenerIsRefusedInEverySpelling() throws Exception {
        for (String own : List.of("127.0.0.1:7777", "localhost:7777", "127.0.0.7:7777")) {
            assertThat(problems(
                            "[server]\nport = 7777\n[[protocols]]\nname = \"http\"\nforward_to = \"" + own + "\"\n"))
                    .as(own)
                    .singleElement()
                    .asString()
                    .startsWith("test.toml:5:")
                    .contains("is this server's own listener")
                    .contains("test.toml:2:");
        }
    }

    @Test
    void protocolsAreAskedInTheOrderOfTheirFirstRoutes() throws Exception {
        Generation generation = build(route("https", "sni = \"a.test\"") + route("http", "") + route("https", ""))
                .generation();

        assertThat(generation.table(Transport.TCP).entries())
                .extracting(entry -> entry.protocol().name())
                .containsExactly("https", "http");
        assertThat(generation.table(Transport.UDP).entries()).isEmpty();
    }

    @Test
    void serverFirstProtocolIsReachedBySilenceUnlessConfiguredOtherwise() throws Exception {
        assertThat(build(route("ftp", "")).generation().table(Transport.TCP).silent())
                .hasSize(1);
        assertThat(build(route("ftp", "server_first = false"))
                        .generation()
                        .table(Transport.TCP)
                        .silent())
                .isEmpty();
    }

    @Test
    void hooksAreReleasedWhenBuildingThrows() throws Exception {
        Counting hook = new Counting();
        Generation first = builder("[server]\nhooks = \"counting\"\n" + route("http", ""))
                .hooks(Map.of("counting", hook))
                .build()
                .generation();
        GenerationBuilder fails = builder("[server]\nhooks = [\"counting\", \"mine\"]\n"
                        + route("http", "").replace("127.0.0.1", "hangs.test")
                        + "[hooks.mine]\nhook = \"counting\"\n")
                .hooks(Map.of("counting", hook))
                .after(first);

        building = Thread.currentThread();
        assertThatThrownBy(fails::build).isInstanceOf(InterruptedException.class);
        assertThat(hook.closed).as("the one that was made for it").hasValue(1);
        first.close();

        assertThat(hook.closed).as("and the one that it would have shared").hasValue(2);
    }

    /** Never answers for one name, and interrupts the thread that builds: the hooks have been made by then. */
    private List<InetAddress> hang(String host) throws UnknownHostException {
        try {
            if (host.equals("hangs.test")) {
                building.interrupt();
                new CountDownLatch(1).await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return NameResolver.JDK.resolve(host);
    }

    private List<Problem> problems(String toml) throws InterruptedException {
        return build(toml).problems();
    }

    @Test
    void routesToOneBackendWhoseGuardsDifferAreAWarning() throws Exception {
        String guarded = route("http", "host = \"admin.test\"\nallow = [\"10.0.0.0/8\"]");

        assertThat(build(guarded + route("http", "")).warnings())
                .extracting(Problem::toString)
                .containsExactly(
                        "test.toml:6:1: protocols[1].allow: differs from that of protocols[0] (test.toml:1:1), which"
                                + " leads to 127.0.0.1:9 too: a connection is routed once, so that a client of one route"
                                + " may go on to ask for what the other one guards; use the same allow and deny, or"
                                + " separate backends");
        assertThat(build("fallback_tcp = \"127.0.0.1:9\"\n" + guarded).warnings())
                .hasSize(1);
        assertThat(build(guarded + route("https", "allow = \"10.0.0.0/8\"")).warnings())
                .isEmpty();
        assertThat(build(guarded + route("dns", "transport = \"udp\"")).warnings())
                .isEmpty();
        assertThat(build(guarded + route("http", "").replace(":9", ":10")).warnings())
                .isEmpty();
    }

    @Test
    void gatesPassTheirCountsOnAndTimesAreNarrowerOverWider() throws Exception {
        String toml = "[server]\nidle_timeout = \"1h\"\nmax_lifetime = \"2h\"\n"
                + "[[listeners]]\nname = \"edge\"\nport = 1\ntransport = \"both\"\nidle_timeout = \"30m\"\n"
                + "udp_idle_timeout = \"1m\"\n"
                + route("http", "max_lifetime = \"0s\"\nmax_connections = 1");
        InetAddress client = InetAddress.getByName("192.0.2.1");
        Generation first = build(toml).generation();
        Route before = first.route(Transport.TCP, "http").orElseThrow();
        ListenerLimits listener = first.limits(Transport.TCP, "edge");
        assertThat(before.limits().gate().enter(client, Networks.NONE)).isNull();

        Generation second = builder(toml).after(first).build().generation();
        Route after = second.route(Transport.TCP, "http").orElseThrow();

        assertThat(after.limits().gate().enter(client, Networks.NONE)).isEqualTo(Refusal.OVER_MAX_CONNECTIONS);
        before.limits().gate().leave();
        assertThat(after.limits().gate().enter(client, Networks.NONE)).isNull();
        assertThat(listener.relay().idleMs()).isEqualTo(1_800_000);
        assertThat(listener.relay().with(RouteLimits.Times.NONE)).isSameAs(listener.relay());
        assertThat(listener.relay().lifetimeMs()).isEqualTo(7_200_000);
        assertThat(listener.relay().with(before.limits().times()).lifetimeMs()).isZero();
        assertThat(listener.relay().with(before.limits().times()).idleMs()).isEqualTo(1_800_000);
        assertThat(listener.relay().with(before.limits().times()).udpIdleMs()).isEqualTo(60_000);
        assertThat(first.limits(Transport.UDP, "edge").relay().udpIdleMs()).isEqualTo(60_000);
        assertThat(listener.texts()).containsExactly("idle_timeout 30m", "udp_idle_timeout 1m");
    }

    @Test
    void timesOfATransportThatARouteDoesNotTakeAreRefused() throws Exception {
        assertThat(problems(route("http", "udp_idle_timeout = \"1s\"")))
                .extracting(Problem::toString)
                .containsExactly("test.toml:4:1: protocols[0].udp_idle_timeout: is for UDP, and this route takes TCP"
                        + " sessions only; remove it, or set transport");
        assertThat(problems(route(
                        "x",
                        "patterns = [\"X\"]\ntransport = \"udp\"\nhalf_close_timeout = \"1s\"\nidle_timeout = \"1s\"")))
                .extracting(Problem::toString)
                .containsExactly("test.toml:6:1: protocols[0].half_close_timeout: is for TCP, and this route takes UDP"
                        + " sessions only; remove it, or set transport");
    }

    @Test
    void guardOfAListenerReplacesThatOfTheServer() throws Exception {
        Generation generation = build("[server]\nallow = \"10.0.0.0/8\"\ndeny = \"10.0.0.1\"\n"
                        + "[[listeners]]\nname = \"edge\"\nport = 1\nallow = \"192.0.2.0/24\"\n"
                        + "[[listeners]]\nname = \"inside\"\nport = 2\n" + route("http", ""))
                .generation();

        assertThat(admitted(generation, "edge", "192.0.2.1", "10.0.0.1", "10.0.0.2"))
                .containsExactly("192.0.2.1");
        assertThat(admitted(generation, "inside", "192.0.2.1", "10.0.0.1", "10.0.0.2"))
                .containsExactly("10.0.0.2");
    }

    private static List<String> admitted(Generation generation, String listener, String... clients) throws Exception {
        List<String> admitted = new ArrayList<>();
        for (String client : clients) {
            if (generation.limits(Transport.TCP, listener).admits(InetAddress.getByName(client))) {
                admitted.add(client);
            }
        }
        return admitted;
    }

    private GenerationBuilder.Built build(String toml) throws InterruptedException {
        return builder(toml).build();
    }

    private GenerationBuilder builder(String toml) {
        ConfigReader.Parsed parsed = ConfigReader.parse(toml, "test.toml", Path.of("/"));
        assertThat(parsed.problems()).isEmpty();
        Config config = parsed.config();
        ListenerSpec listener = new ListenerSpec(
                config.listening().get(0),
                new Binding(
                        Transport.TCP,
                        new InetSocketAddress(
                                "0.0.0.0", config.server().listener().port())));
        Backends backends = new Backends(names, listener.binding()::includes);
        return new GenerationBuilder(
                        config, new Protocols(PROTOCOLS, List.of("refused: broken.jar (not a ZIP)")), backends)
                .listeners(List.of(listener));
    }

    private static String route(String name, String more) {
        return "[[protocols]]\nname = \"" + name + "\"\nforward_to = \"127.0.0.1:9\"\n" + more + "\n";
    }

    private static final class Counting implements Hook {
        private final AtomicInteger closed = new AtomicInteger();

        @Override
        public String name() {
            return "counting";
        }

        @Override
        public @Nullable Tap open(Session session) {
            return null;
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }

    private static final class Tls implements Protocol {
        @Override
        public String name() {
            return "https";
        }

        @Override
        public Set<String> aliases() {
            return Set.of("tls");
        }

        @Override
        public List<String> attributes() {
            return List.of("sni");
        }

        @Override
        public Optional<HealthCheck> healthCheck(Transport transport, Map<String, String> attributes) {
            return Optional.of(HealthCheck.tls(Optional.ofNullable(attributes.get("sni"))));
        }

        @Override
        public Identification identify(Peek peek) {
            return peek.byteAt(0) == 0x16 ? Identification.recognised(99) : Identification.noMatch();
        }
    }

    private static final class Ftp implements Protocol {
        @Override
        public String name() {
            return "ftp";
        }

        @Override
        public boolean serverSpeaksFirst() {
            return true;
        }

        @Override
        public Identification identify(Peek peek) {
            return Identification.noMatch();
        }
    }
}
