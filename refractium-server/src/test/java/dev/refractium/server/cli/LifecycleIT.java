package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Units;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Full;
import dev.refractium.server.it.support.TestBackend;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process over its life: its end, its next start, names that resolve late, and a log without control characters. */
class LifecycleIT {
    private static final boolean FULL = Full.is();

    @TempDir
    private Path directory;

    private TestBackend backend;

    @BeforeEach
    void startBackend() throws IOException {
        backend = TestBackend.named("b");
    }

    @AfterEach
    void stopBackend() throws IOException {
        backend.close();
    }

    @Test
    void sigtermLetsStreamsFinishAndResetsTheRestAtTheDeadline() throws Exception {
        int streams = FULL ? 500 : 100;
        Duration deadline = Duration.ofSeconds(3);
        Path file = file("drain_timeout = \"" + Units.format(deadline) + "\"", fallback());
        try (Launched server = Launched.in(directory, "-c", file.toString())) {
            List<Client> clients = open(streams, server.address());

            long begin = System.nanoTime();
            server.signal("TERM").awaitErr("draining");
            int finished = 0;
            for (Client client : clients.subList(0, streams / 2)) {
                finished += client.send("last").finish().rest().text().equals("last") ? 1 : 0;
            }
            int cut = 0;
            for (Client client : clients.subList(streams / 2, streams)) {
                cut += client.rest().ending() == Client.Ending.RESET ? 1 : 0;
            }
            int exitCode = server.exitCode();
            Duration took = Duration.ofNanos(System.nanoTime() - begin);

            System.out.printf(
                    "drain: SIGTERM with %d streams: finished %d, cut %d, exit code %d after %d ms of %d%n",
                    streams, finished, cut, exitCode, took.toMillis(), deadline.toMillis());
            assertThat(finished).isEqualTo(streams / 2);
            assertThat(cut).isEqualTo(streams - streams / 2);
            assertThat(exitCode).isZero();
            assertThat(took).isBetween(deadline, deadline.plusSeconds(4));
        }
    }

    @Test
    void killedServerRestartsAtOnceOnItsPort() throws Exception {
        int restarts = FULL ? 20 : 4;
        int port = TestBackend.deadPort();
        Path file = file("port = " + port, fallback());
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        List<Long> firstBytes = new ArrayList<>();
        for (int i = 0; i <= restarts; i++) {
            long begin = System.nanoTime();
            try (Launched server = Launched.in(directory, "-c", file.toString())) {
                assertThat(server.address().getPort()).isEqualTo(port);
                List<Client> clients = open(5, address);
                firstBytes.add(Duration.ofNanos(System.nanoTime() - begin).toMillis());

                assertThat(server.signal("KILL").exitCode()).isEqualTo(128 + 9);
                assertThat(clients.get(0).rest().text()).isEmpty();
            }
        }
        firstBytes.sort(null);
        System.out.printf(
                "restart: %d restarts after SIGKILL, bind failures 0, first byte after %d ms (median; JVM start included)%n",
                restarts, firstBytes.get(firstBytes.size() / 2));
    }

    @Test
    void unresolvedNameIsAWarningAndIsServedOnceItResolves() throws Exception {
        Path hosts = Files.writeString(directory.resolve("hosts"), "127.0.0.1 localhost\n");
        Path file = file(
                "resolvers = \"jdk\"\nresolve_max = \"1s\"",
                route("late", "L", "\"late.test:" + backend.port() + "\""),
                route("both", "B", "\"late.test:9\", \"" + backend.address() + "\""));
        List<String> jvm = List.of("-Djdk.net.hosts.file=" + hosts, "-Dsun.net.inetaddr.negative.ttl=0");
        try (Launched server = Launched.in(directory, jvm, "-c", file.toString())) {
            InetSocketAddress address = server.address();
            server.awaitErr("backend has no address backend=late.test:" + backend.port());
            assertThat(answer(address, "L")).isEmpty();
            assertThat(answer(address, "B")).isEqualTo("b>B");

            Files.writeString(hosts, "127.0.0.1 localhost late.test\n");

            await().atMost(Duration.ofSeconds(15))
                    .until(() -> answer(address, "L").equals("b>L"));
        }
    }

    @Test
    void logHasNoControlCharacterOfAStranger() throws Exception {
        String hostile = "\u001b[2J\r\n2026-01-01 ERROR forged ${jndi:ldap://127.0.0.1:9/x} \u0085\u202e";
        Path plugins = Files.createDirectory(directory.resolve("plugins"));
        Files.writeString(plugins.resolve(hostile.replace('/', '_') + ".jar"), "no ZIP");
        Path good = file("plugins_dir = \"plugins\"", fallback());
        Path bad = Files.writeString(
                directory.resolve("bad.toml"),
                "[[protocols]]\nname = " + toml(hostile) + "\nforward_to = " + toml(hostile) + "\n"
                        + "[[protocols]]\nname = \"http\"\nhost = " + toml(hostile) + "\n" + toml(hostile) + " = 1\n"
                        + "forward_to = \"127.0.0.1:9\"\npatterns = [" + toml(hostile) + "]\n");
        try (Launched server = Launched.in(directory, "--debug", "-c", good.toString());
                Launched refused = Launched.in(directory, "-c", bad.toString());
                Launched flags = Launched.in(directory, "-f", hostile + "=" + hostile, "-b", hostile)) {
            answer(server.address(), hostile);
            server.awaitErr("plugin refused").signal("TERM");

            assertThat(server.exitCode()).isZero();
            assertThat(refused.exitCode()).isEqualTo(2);
            assertThat(flags.exitCode()).isEqualTo(2);
            String written = server.out() + server.err() + refused.out() + refused.err() + flags.out() + flags.err();
            long raw = written.chars()
                    .filter(c -> c != '\n' && (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT))
                    .count();
            System.out.printf("log: raw control characters in the log: %d of %d%n", raw, written.length());
            assertThat(raw).isZero();
            assertThat(written).contains("${jndi:").doesNotContain("\n2026-01-01 ERROR forged");
        }
    }

    private String fallback() {
        return "fallback_tcp = \"" + backend.address() + "\"";
    }

    private static String route(String name, String pattern, String backends) {
        return "[[protocols]]\nname = \"" + name + "\"\npatterns = [\"" + pattern + "\"]\nforward_to = [" + backends
                + "]\ntransport = \"tcp\"";
    }

    /** Writes a file with a free port, unless the first of these lines names another. */
    private Path file(String first, String... more) throws IOException {
        String port = first.startsWith("port") ? "" : "port = 0\n";
        String text = "[server]\nbind = \"127.0.0.1\"\nmax_connections_per_ip = 0\npeek_timeout = \"500ms\"\n" + port
                + first + "\n" + String.join("\n", more) + "\n";
        return Files.writeString(directory.resolve("refractium.toml"), text);
    }

    private static String toml(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars().forEach(c -> quoted.append(c >= ' ' && c < 127 ? (char) c : String.format("\\u%04x", c)));
        return quoted.append('"').toString();
    }

    private static String answer(InetSocketAddress address, String sent) throws IOException {
        try (Client client = Client.to(address)) {
            return client.send(sent.getBytes(StandardCharsets.UTF_8))
                    .finish()
                    .rest()
                    .text();
        }
    }

    private static List<Client> open(int count, InetSocketAddress address) throws IOException {
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(Client.to(address).send("?"));
        }
        for (Client client : clients) {
            assertThat(client.read(3)).isEqualTo("b>?");
        }
        return clients;
    }
}
