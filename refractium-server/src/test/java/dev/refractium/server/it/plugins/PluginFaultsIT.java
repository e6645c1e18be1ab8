package dev.refractium.server.it.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Transport;
import dev.refractium.server.Refractium;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Full;
import dev.refractium.server.it.support.PrefixProtocol;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.UdpBackend;
import dev.refractium.server.it.support.UdpClient;
import dev.refractium.testkit.PluginJar;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A throw of a plugin costs its session, and classes that a plugin leaves in memory are counted. */
class PluginFaultsIT {
    private static final int LIVE = 20;
    private static final int ROUNDS = Full.is() ? 100 : 5;
    private static final int LEAKS = Full.is() ? 50 : 5;

    @TempDir
    private Path directory;

    @Test
    void throwOfAPluginCostsItsSessionOnly() throws Exception {
        PluginJar.named("faulty")
                .source("""
                        package plugin;
                        import dev.refractium.api.*;
                        import java.util.Set;
                        @org.pf4j.Extension
                        public class Faulty implements Protocol {
                            public String name() { return "faulty"; }
                            public Set<Transport> transports() { return Set.of(Transport.TCP, Transport.UDP); }
                            public Identification identify(Peek peek) {
                                if (peek.byteAt(0) != '!') return Identification.noMatch();
                                if (peek.length() < 2) return Identification.needMore(2);
                                switch (peek.byteAt(1)) {
                                    case 'n': return null;
                                    case 'p': throw new NullPointerException();
                                    case 'e': throw new Error("a mistake");
                                    case 's': return deeper(peek);
                                    case 'o': throw new OutOfMemoryError("pretended");
                                    case 'l': return new Missing().answer();
                                    case 'c': throw Faulty.<RuntimeException>sneaky(new java.io.IOException("checked"));
                                    default: return Identification.match();
                                }
                            }
                            private Identification deeper(Peek peek) { return deeper(peek); }
                            @SuppressWarnings("unchecked")
                            private static <T extends Throwable> T sneaky(Throwable t) throws T { throw (T) t; }
                        }
                        """, """
                        package plugin;
                        class Missing {
                            dev.refractium.api.Identification answer() { return null; }
                        }
                        """)
                .without("plugin/Missing.class")
                .writeTo(directory.resolve("faulty.jar"));
        List<String> faults = List.of("n", "p", "e", "s", "o", "l", "c");
        try (TestBackend backend = TestBackend.named("b");
                UdpBackend udpBackend = UdpBackend.named("u");
                Proxy proxy = Proxy.of(
                        Proxy.builder()
                                .plugins(directory)
                                .protocol(PrefixProtocol.of("alpha", "ALPHA"))
                                .route("alpha", r -> r.to(backend.address()))
                                .route("faulty", r -> r.to(backend.address()).transport(Transport.TCP))
                                .route("faulty", r -> r.to(udpBackend.address()).transport(Transport.UDP)),
                        backend);
                UdpClient flow = UdpClient.to(proxy.udp())) {
            List<Client> live = new ArrayList<>();
            for (int i = 0; i < LIVE; i++) {
                live.add(proxy.connect().send("ALPHA"));
                assertThat(live.get(i).read(7)).isEqualTo("b>ALPHA");
            }
            flow.send("!m").read();

            for (int round = 0; round < ROUNDS; round++) {
                for (String fault : faults) {
                    try (Client client = proxy.connect().send("!" + fault)) {
                        assertThat(client.rest()).as(fault).isEqualTo(new Client.Rest("", Client.Ending.RESET));
                    }
                    UdpClient stranger = UdpClient.to(proxy.udp());
                    stranger.send("!" + fault).close();
                }
            }

            long faulted = 2L * ROUNDS * faults.size();
            await().untilAsserted(() -> assertThat(proxy.ends()).containsEntry("plugin-fault", faulted));
            int lost = 0;
            for (Client client : live) {
                lost += client.send("more").read(4).equals("more") ? 0 : 1;
                client.close();
            }
            assertThat(lost).isZero();
            assertThat(flow.send("!more").read()).endsWith("!more");
            try (Client client = proxy.connect()) {
                assertThat(client.send("!m").read(4)).as("the protocol stays").isEqualTo("b>!m");
            }
            System.out.printf(
                    "plugin faults: %d throws of %d kinds, TCP and UDP: as many sessions closed and counted, others lost %d of %d%n",
                    faulted, faults.size(), lost, LIVE + 1);
        }
    }

    @Test
    void leakedPluginClassesAreCountedAndOthersCollected() throws Exception {
        PluginJar leaving = PluginJar.named("leaving").source("""
                package plugin;
                import dev.refractium.api.*;
                import java.util.concurrent.locks.LockSupport;
                @org.pf4j.Extension
                public class Leaving implements Protocol {
                    private static final ThreadLocal<Object> LOCAL = new ThreadLocal<>();
                    public String name() { return "leaving"; }
                    public Identification identify(Peek peek) {
                        switch (peek.byteAt(0)) {
                            case 'l': LOCAL.set(new Leaving()); break;
                            case 't':
                                Thread thread = new Thread(() -> {
                                    while (!Thread.interrupted()) LockSupport.park();
                                }, "left-behind");
                                thread.setDaemon(true);
                                thread.start();
                                break;
                            default: break;
                        }
                        return Identification.match();
                    }
                }
                """);
        Path jar = leaving.writeTo(directory.resolve("leaving.jar"));
        try (TestBackend backend = TestBackend.named("b");
                Proxy proxy = Proxy.of(
                        Proxy.builder()
                                .plugins(directory)
                                .hotReload(false)
                                .route("leaving", r -> r.to(backend.address())),
                        backend)) {
            for (int i = 1; i <= LEAKS; i++) {
                for (String kind : List.of("local", "thread", "nothing")) {
                    try (Client client = proxy.connect()) {
                        assertThat(client.send(kind).read(2)).isEqualTo("b>");
                    }
                    leaving.version("1." + i + "." + kind.length()).writeTo(jar);
                    proxy.server().reload();
                }
            }

            await().atMost(Duration.ofSeconds(30)).until(() -> {
                System.gc();
                return proxy.server().status().generations().size() == 1 && uncollected(proxy.server()) <= 2 * LEAKS;
            });
            System.gc();
            int counted = uncollected(proxy.server());
            System.out.printf(
                    "plugin leaks: %d versions, of which %d left a ThreadLocal and %d a thread: %d counted as still in memory%n",
                    3 * LEAKS, LEAKS, LEAKS, counted);
            assertThat(counted).isEqualTo(2 * LEAKS);
        } finally {
            Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals("left-behind"))
                    .forEach(Thread::interrupt);
        }
    }

    private static int uncollected(Refractium server) {
        return server.status().uncollectedPlugins();
    }
}
