package dev.refractium.server.it.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Session;
import dev.refractium.api.Transport;
import dev.refractium.server.Refractium;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.control.BackendRequest;
import dev.refractium.server.explain.Explainer;
import dev.refractium.server.explain.FirstBytes;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Full;
import dev.refractium.server.it.support.PrefixProtocol;
import dev.refractium.server.it.support.Replaced;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.TestedIo;
import dev.refractium.server.report.Checked;
import dev.refractium.server.report.Plan;
import dev.refractium.server.report.Reload;
import dev.refractium.server.report.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Maps lead sessions by name, are followed as the configuration is, and what is not whole changes nothing. */
class MapIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String ROUTE = "x[host=@sites.map]";

    @TempDir
    Path directory;

    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private TestBackend one;
    private TestBackend two;
    private TestBackend three;
    private @Nullable Refractium server;

    @BeforeEach
    void startBackends() throws IOException {
        one = TestBackend.named("1");
        two = TestBackend.named("2");
        three = TestBackend.named("3");
    }

    @AfterEach
    void stop() throws IOException {
        if (server != null) {
            server.cutNow();
            server.close();
        }
        one.close();
        two.close();
        three.close();
    }

    /** The map is one that HAProxy takes, with pools of its backends' names. */
    @Test
    void sessionGoesWhereTheLineOfItsNameSays() throws Exception {
        replace("# frontend https\n\na.test web1\n*.a.test   web2\nB.test " + three.address() + "\n");
        start("", "");

        assertThat(backendOf("a.test")).isEqualTo("1");
        assertThat(backendOf("x.y.a.test")).isEqualTo("2");
        assertThat(backendOf("b.test")).isEqualTo("3");
        assertThat(backendOf("xa.test")).as("no line").isEmpty();
        assertThat(backendOf("")).as("no name").isEmpty();
        await().untilAsserted(() -> assertThat(lines).contains("sites.map:3", "sites.map:4", "sites.map:5"));
    }

    @Test
    void nameWithoutALineGoesOnToTheNextRouteAndNamedValuesComeFirst() throws Exception {
        replace("a.test web1\nb.test web1\n");
        start("", """
                [[protocols]]
                name = "x"
                forward_to = "pool:web2"
                [[protocols]]
                name = "x"
                match = { host = "b.test" }
                forward_to = "%s"
                """.formatted(three.address()));

        assertThat(backendOf("a.test")).isEqualTo("1");
        assertThat(backendOf("b.test")).isEqualTo("3");
        assertThat(backendOf("c.test")).isEqualTo("2");

        replace("a.test web1\n@ web1\n");
        server().reload();

        assertThat(backendOf("c.test")).isEqualTo("1");
        assertThat(backendOf("")).isEqualTo("1");
    }

    @Test
    void changedLineIsFollowedAndLiveSessionsGoOn() throws Exception {
        replace("a.test web1\nb.test web1\n");
        start("", "");
        try (Client live = connect("a.test")) {
            assertThat(live.read(1)).isEqualTo("1");

            replace("a.test web2\nb.test web1\n");
            await().atMost(PATIENCE).until(() -> backendOf("a.test").equals("2"));

            assertThat(backendOf("b.test")).isEqualTo("1");
            assertThat(live.read(9)).isEqualTo(">Xa.test\n");
            assertThat(live.send("still").read(5)).isEqualTo("still");
        }
    }

    /** Torn at every tenth byte in the full run; by the watch, which nobody has told that the file is whole. */
    @Test
    void mapThatLooksUnfinishedIsRefusedAndTheOldOneServes() throws Exception {
        String whole = map(30);
        replace(whole);
        start("", "");
        int step = Full.is() ? 10 : whole.length() / 4;
        for (int end = whole.length() - step; end > 0; end -= step) {
            refused(whole.substring(0, end));
        }
        refused(whole.substring(0, whole.lastIndexOf('\n', whole.length() - 2) + 1));
        refused(map(14));
        refused("");
        Path open = Files.writeString(directory.resolve("open.map"), map(31));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-rw-rw-"));
        Instant before = lastReload();
        Path link = Files.createSymbolicLink(directory.resolve("link"), open);
        Replaced.by(file(), link);
        await().atMost(PATIENCE).until(() -> lastReload().isAfter(before));
        assertThat(server().status().reasons().toString()).contains("cannot be trusted: every user may write it");
        assertThat(backendOf("n29.test")).isEqualTo("1");

        Files.delete(file());
        replace(map(32));
        await().atMost(PATIENCE).until(() -> backendOf("n31.test").equals("1"));
    }

    @Test
    void mapThatLosesMoreThanHalfOfItsNamesWaitsForForce() throws Exception {
        replace(map(31));
        start("hot_reload = false", "");
        replace(map(15));

        Reload refused = server().administration().reload(false);
        assertThat(refused.outcome()).isEqualTo(Reload.Outcome.REFUSED);
        assertThat(refused.problems()).singleElement().asString().contains("has 15 names, and the one in force has 31");
        assertThat(backendOf("n30.test")).isEqualTo("1");

        assertThat(server().administration().reload(true).outcome()).isEqualTo(Reload.Outcome.APPLIED);
        assertThat(backendOf("n30.test")).isEmpty();
        replace(map(8));
        assertThat(server().administration().reload(false).outcome())
                .as("less than half")
                .isEqualTo(Reload.Outcome.APPLIED);
    }

    @Test
    void problemsOfLinesRefuseTheStart() throws Exception {
        replace("a.test web1\nb.test web9\nA.test web2\n");
        assertThatThrownBy(() -> start("", ""))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(file() + ":3:1: map: \"A.test\" is also on line 1; remove one");

        replace("""
                a.test web11
                b.test 127.0.0.1:80
                c.test [::ffff:127.0.0.1]:80
                d.test 224.0.0.1:80
                e.test 169.254.1.1:80,192.0.2.1:80
                f.test 0.0.0.0:80
                """);
        assertThatThrownBy(() -> builder("192.0.2.0/24", "", "").check())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(file() + ":1:1: map: there is no pool \"web11\"; did you mean \"web1\"?")
                .hasMessageContaining(file() + ":2:1: map: \"127.0.0.1:80\" is a loopback, ")
                .hasMessageContaining(file() + ":3:1: map: ")
                .hasMessageContaining(file() + ":4:1: map: ")
                .hasMessageContaining(file() + ":5:1: map: \"169.254.1.1:80\" is a loopback, link-local,")
                .hasMessageContaining(file() + ":6:1: map: ");
    }

    @Test
    void keyMustBeAnAttributeOfTheProtocol() throws Exception {
        replace("a.test web1\n");
        write("127.0.0.0/8", "", "");
        Files.writeString(config(), Files.readString(config()).replace("\"host\"", "\"sni\""));

        assertThatThrownBy(() -> request().check())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("a map looks up an attribute, and protocol \"x\" has no \"sni\"; it has: host");
    }

    @Test
    void operatorSeesTheMapAsOneRouteAndTheLineOfAName() throws Exception {
        replace("a.test web1\n*.a.test web2\nb.test web2\n");
        start("", "");

        List<Plan.Route> routes = builder("127.0.0.0/8", "", "").check().routes();
        assertThat(routes)
                .filteredOn(route -> route.transport().equals("tcp"))
                .singleElement()
                .satisfies(route -> {
                    assertThat(route.taken()).isEqualTo(ROUTE);
                    assertThat(route.backends()).containsExactly("3 names", "2 destinations");
                });
        try (Client live = connect("b.test")) {
            assertThat(live.read(1)).isEqualTo("2");
            assertThat(server().status().routes())
                    .filteredOn(route -> route.transport().equals("tcp"))
                    .singleElement()
                    .satisfies(route -> {
                        assertThat(route.name()).isEqualTo(ROUTE);
                        assertThat(route.sessions()).isOne();
                    });
        }
        try (Explainer explainer = request().identify()) {
            assertThat(explainer.mapLines("x.A.test"))
                    .filteredOn(line -> line.transport().equals("tcp"))
                    .containsExactly(new Checked.MapLine(
                            "default", "tcp", ROUTE, Optional.of("sites.map:2"), List.of(two.address())));
            assertThat(explainer.mapLines("c.test"))
                    .allMatch(line -> line.line().isEmpty());
            byte[] bytes = "Xb.test\n".getBytes(StandardCharsets.US_ASCII);
            assertThat(explainer
                            .route(FirstBytes.of(Transport.TCP, bytes))
                            .orElseThrow()
                            .mapLine())
                    .contains("sites.map:3");
        }
    }

    @Test
    void backendOfAMapIsDrainedAndLeavesWithItsLine() throws Exception {
        replace("a.test " + one.address() + "," + two.address() + "\nb.test " + three.address() + "\n");
        start("hot_reload = false", "");
        String pool = ROUTE + "->" + one.address() + ", " + two.address();

        server().administration()
                .order(
                        new BackendRequest(
                                BackendRequest.Action.DRAIN,
                                one.address(),
                                Optional.of(pool),
                                OptionalInt.empty(),
                                new BackendRequest.Term(Optional.empty(), false, false)),
                        "anna");

        for (int i = 0; i < 4; i++) {
            assertThat(backendOf("a.test")).isEqualTo("2");
        }
        try (Client live = connect("b.test")) {
            assertThat(live.read(1)).isEqualTo("3");
            replace("a.test " + one.address() + "," + two.address() + "\nb.test web1\n");
            server().reload();
            assertThat(server().status().backends())
                    .filteredOn(backend -> backend.address().equals(three.address()))
                    .extracting(Status.Backend::draining)
                    .containsExactly(1);
            assertThat(backendOf("a.test")).as("the order outlives the reload").isEqualTo("2");
        }
    }

    private static String map(int names) {
        StringBuilder map = new StringBuilder();
        for (int i = 0; i < names; i++) {
            map.append('n').append(i).append(".test web1\n");
        }
        return map.toString();
    }

    private void refused(String torn) throws IOException {
        Instant before = lastReload();
        replace(torn);
        await().atMost(PATIENCE).until(() -> lastReload().isAfter(before));
        assertThat(server().status().lastReload().orElseThrow().outcome())
                .as(torn)
                .isEqualTo(Reload.Outcome.REFUSED);
        assertThat(server().status().reasons().toString()).contains("sites.map");
        assertThat(backendOf("n29.test")).isEqualTo("1");
    }

    private Instant lastReload() {
        return server().status().lastReload().map(Reload::at).orElse(Instant.EPOCH);
    }

    private void start(String keys, String routes) throws Exception {
        server = builder("127.0.0.0/8", keys, routes).start();
    }

    private RefractiumBuilder builder(String networks, String keys, String routes) throws IOException {
        write(networks, keys, routes);
        return request();
    }

    private RefractiumBuilder request() {
        return TestedIo.server()
                .config(config())
                .listen("127.0.0.1", 0)
                .drainTimeout(Duration.ZERO)
                .hook("lines", (Session session) -> {
                    session.mapLine().ifPresent(lines::add);
                    return null;
                })
                .protocol(PrefixProtocol.withAttribute("x", "X", "host"));
    }

    private void write(String networks, String keys, String routes) throws IOException {
        Files.writeString(config(), """
                [server]
                health = "off"
                map_networks = "%s"
                %s
                [[protocols]]
                name = "x"
                forward_to = { map = "sites.map", key = "host" }
                %s
                [pools.web1]
                servers = ["%s"]
                [pools.web2]
                servers = ["%s"]
                """.formatted(networks, keys, routes, one.address(), two.address()));
    }

    private void replace(String text) throws IOException {
        Replaced.with(file(), text);
    }

    private Path config() {
        return directory.resolve("refractium.toml");
    }

    private Path file() {
        return directory.resolve("sites.map");
    }

    private Refractium server() {
        return Objects.requireNonNull(server);
    }

    private Client connect(String name) throws IOException {
        return Client.to(server().tcp().orElseThrow()).send("X" + name + "\n");
    }

    /** Returns the name of the backend that a session of this name gets; empty if it is closed. */
    private String backendOf(String name) throws IOException {
        try (Client client = connect(name)) {
            return client.read(1);
        }
    }
}
