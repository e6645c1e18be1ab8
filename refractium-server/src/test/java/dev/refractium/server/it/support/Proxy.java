package dev.refractium.server.it.support;

import static org.awaitility.Awaitility.await;

import dev.refractium.server.Refractium;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.report.HookCounts;
import dev.refractium.server.report.Status;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** A server in this process. Its backends have had their first probe when {@link #of} returns. */
public final class Proxy implements AutoCloseable {
    /** So long that a test which waits for it fails. */
    public static final Duration NEVER = Duration.ofSeconds(60);

    private final Refractium server;

    private Proxy(Refractium server) {
        this.server = server;
    }

    /** On a free loopback port, with short time-outs and no limit a client. */
    public static RefractiumBuilder builder() {
        return TestedIo.server()
                .listen("127.0.0.1", 0)
                .maxConnectionsPerIp(0)
                .udpMaxSessionsPerIp(0)
                .peekTimeout(Duration.ofMillis(1_000))
                .silenceTimeout(Duration.ofMillis(250))
                .drainTimeout(Duration.ofMillis(200));
    }

    /** Starts, and waits for the first probe of each backend, which {@code backends} then forget. */
    public static Proxy of(RefractiumBuilder builder, TestBackend... backends) throws Exception {
        // Others may have probed the backends before.
        Map<TestBackend, Integer> before = new HashMap<>();
        for (TestBackend backend : backends) {
            before.put(backend, backend.probes());
        }
        Proxy proxy = new Proxy(builder.start());
        await().until(() -> proxy.server.status().isReady()
                && proxy.server.status().backends().stream().allMatch(Proxy::isProbed));
        for (TestBackend backend : backends) {
            int earlier = before.getOrDefault(backend, 0);
            await().until(() -> backend.probes() > earlier && backend.open() == 0);
            backend.forget();
        }
        return proxy;
    }

    /** Starts a server that probes no backend. */
    public static Proxy unprobed(RefractiumBuilder builder) throws Exception {
        return new Proxy(builder.start());
    }

    public Refractium server() {
        return server;
    }

    /** Where TCP is served. */
    public InetSocketAddress tcp() {
        return server.tcp().orElseThrow();
    }

    /** Where UDP is served. */
    public InetSocketAddress udp() {
        return server.udp().orElseThrow();
    }

    public Client connect() throws IOException {
        return Client.to(tcp());
    }

    /** How many sessions ended, by cause; causes that did not occur are left out. */
    public Map<String, Long> ends() {
        return occurred(server.status().ends());
    }

    /** How many sessions went to the fallback, by cause; causes that did not occur are left out. */
    public Map<String, Long> fallbacks() {
        return occurred(server.status().fallbacks());
    }

    /** Returns the counters of the hook of this name. */
    public HookCounts hook(String name) {
        return Objects.requireNonNull(server.status().hooks().get(name));
    }

    public int live() {
        return server.status().sessions();
    }

    /** Failed connects and probes of the backend at this address. */
    public long failures(String address) {
        return backend(address).failures();
    }

    /** "up", "down", "unknown" or "unresolved". */
    public String health(String address) {
        return backend(address).health();
    }

    @Override
    public void close() {
        server.cutNow();
        server.close();
    }

    private Status.Backend backend(String address) {
        return server.status().backends().stream()
                .filter(backend -> backend.address().equals(address))
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, Long> occurred(Map<String, Long> counts) {
        Map<String, Long> occurred = new TreeMap<>(counts);
        occurred.values().removeIf(count -> count == 0);
        return occurred;
    }

    private static boolean isProbed(Status.Backend backend) {
        return backend.transport().equals("udp") || !backend.health().equals("unknown");
    }
}
