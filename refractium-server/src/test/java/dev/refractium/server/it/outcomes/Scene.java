package dev.refractium.server.it.outcomes;

import dev.refractium.api.Hook;
import dev.refractium.api.Session;
import dev.refractium.api.SessionEnd;
import dev.refractium.api.Tap;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.TestedIo;
import dev.refractium.server.it.support.UdpBackend;
import dev.refractium.server.it.support.UdpClient;
import dev.refractium.server.metrics.Exposition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One server that is made to end a session for one reason, with its backends, its clients and a hook that sees each end. */
final class Scene implements AutoCloseable {
    private final Path file;
    private final Deque<AutoCloseable> closing = new ArrayDeque<>();
    private final Queue<String> told = new ConcurrentLinkedQueue<>();
    private @Nullable Proxy started;

    Scene(Path directory) {
        file = directory.resolve("refractium.toml");
    }

    /** Starts a server whose file has these keys in {@code [server]}, and these tables. It probes no backend by itself. */
    Proxy start(String keys, String tables, UnaryOperator<RefractiumBuilder> more) throws Exception {
        write(keys, tables);
        RefractiumBuilder builder = TestedIo.server()
                .maxConnectionsPerIp(0)
                .udpMaxSessionsPerIp(0)
                .peekTimeout(Duration.ofMillis(300))
                .drainTimeout(Duration.ofMillis(200))
                .config(file)
                .hotReload(false)
                .hook("outcomes", new Outcomes());
        started = keep(Proxy.unprobed(more.apply(builder)));
        return started;
    }

    Proxy start(String keys, String tables) throws Exception {
        return start(keys, tables, builder -> builder);
    }

    void reload(String keys, String tables) throws Exception {
        write(keys, tables);
        proxy().server().reload();
    }

    private void write(String keys, String tables) throws IOException {
        String probes = keys.contains("health") ? "" : "health = \"off\"\n";
        String address = tables.contains("[[listeners]]") ? "" : "bind = \"127.0.0.1\"\nport = 0\n";
        Files.writeString(file, "[server]\n" + address + probes + keys + "\n" + tables);
    }

    /** Closes {@code resource} at the end. */
    <T extends AutoCloseable> T keep(T resource) {
        closing.push(resource);
        return resource;
    }

    /** Returns a backend that greets, and says what it hears. */
    TestBackend backend() throws IOException {
        return keep(TestBackend.named("b"));
    }

    UdpBackend echo() throws IOException {
        return keep(UdpBackend.echoOn("127.0.0.1"));
    }

    /** Connects a client from this address, which sends {@code text}. */
    Client client(String from, String text) throws IOException {
        Client client = keep(Client.from(from, proxy().tcp()));
        return text.isEmpty() ? client : client.send(text);
    }

    Client client(String text) throws IOException {
        return client("127.0.0.1", text);
    }

    /** Connects a client that is greeted by the backend. */
    Client served(String text) throws IOException {
        Client client = client(text);
        client.read(("b>" + text).length());
        return client;
    }

    UdpClient sender(String text) throws IOException {
        return keep(UdpClient.to(proxy().udp())).send(text);
    }

    Proxy proxy() {
        return Objects.requireNonNull(started, "start it first");
    }

    /** Returns how often each reason is counted by the status. */
    Map<String, Long> counted() {
        return proxy().ends();
    }

    /** Returns whether the metrics have sessions that ended for {@code reason}. */
    boolean hasMetric(String reason) {
        var administration = proxy().server().administration();
        byte[] page = Exposition.of(administration.status(), administration.measures(), "")
                .body();
        return new String(page, StandardCharsets.UTF_8)
                .lines()
                .anyMatch(line -> line.startsWith("refractium_sessions_ended_total{")
                        && line.contains("reason=\"" + reason + "\"")
                        && !line.endsWith(" 0.0"));
    }

    /** Returns whether a hook has been notified of an end for {@code reason}: it is what an access log writes. */
    boolean isTold(String reason) {
        return told.contains(reason);
    }

    @Override
    public void close() throws IOException {
        while (!closing.isEmpty()) {
            try {
                closing.pop().close();
            } catch (IOException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
    }

    private final class Outcomes implements Hook {
        @Override
        public String name() {
            return "outcomes";
        }

        @Override
        public boolean refusals() {
            return true;
        }

        @Override
        public Tap open(Session session) {
            return end -> told.add(end.cause());
        }

        @Override
        public void refused(Session session, SessionEnd end) {
            told.add(end.cause());
        }
    }
}
