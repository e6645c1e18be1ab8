package dev.refractium.server.it.outcomes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Identification;
import dev.refractium.api.Peek;
import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import dev.refractium.server.control.CloseRequest;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Commanded;
import dev.refractium.server.it.support.PrefixProtocol;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.UdpBackend;
import dev.refractium.server.net.LinuxSockets;
import dev.refractium.server.session.EndReason;
import java.net.Socket;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/** How a session is made to end for each reason. */
final class Provocations {
    private static final Duration SOON = Duration.ofMillis(300);
    private static final String OTHER = "127.0.0.9";
    private static final String FRONT = "127.0.0.2";
    private static final String LISTENER =
            "[[listeners]]\nname = \"front\"\nbind = \"127.0.0.1\"\nport = 0\naccept_proxy_from = [\"127.0.0.2\"]\n";
    private static final String HEADER = "PROXY TCP4 198.51.100.7 203.0.113.9 56324 443\r\n";

    /** What each reason is provoked by. */
    static final Map<EndReason, Provocation> OF = new EnumMap<>(EndReason.class);

    private Provocations() {}

    /** Makes a session of a scene's server end for a reason. */
    interface Provocation {
        void in(Scene scene) throws Exception;
    }

    static {
        ofPeers();
        ofUnroutedClients();
        ofBackends();
        ofLimits();
        ofProxies();
        ofUdp();
        ofTimes();
        ofTheServer();
    }

    private static void ofPeers() {
        OF.put(EndReason.DONE, scene -> {
            scene.start("", route("X", scene.backend(), ""));
            scene.client("X").finish().rest();
        });
        OF.put(EndReason.CLIENT_RESET, scene -> {
            scene.start("", route("X", scene.backend(), ""));
            scene.served("X").reset();
        });
        OF.put(EndReason.BACKEND_RESET, scene -> {
            TestBackend backend = scene.keep(TestBackend.serving(socket -> {
                socket.getInputStream().read();
                socket.setSoLinger(true, 0);
            }));
            scene.start("", route("X", backend, ""));
            scene.client("X").rest();
        });
        OF.put(EndReason.LEFT_EARLY, scene -> {
            scene.start("", route("X", scene.backend(), ""));
            scene.client("").finish();
        });
    }

    private static void ofUnroutedClients() {
        Protocol hosted = PrefixProtocol.withAttribute("hosted", "HOST:", "host");
        String match = "match = { host = \"a.test\" }\n";
        OF.put(EndReason.UNMATCHED, scene -> {
            scene.start("", route("X", scene.backend(), ""));
            scene.client("?");
        });
        OF.put(EndReason.NO_ROUTE, scene -> {
            scene.start("", named("hosted", scene.backend().address(), match), builder -> builder.protocol(hosted));
            scene.client("HOST:b.test\n");
        });
        OF.put(EndReason.INCOMPLETE, scene -> {
            scene.start("", named("hosted", scene.backend().address(), match), builder -> builder.protocol(hosted));
            scene.client("HOST:!");
        });
        OF.put(EndReason.SILENT, scene -> {
            scene.start("", route("X", scene.backend(), ""));
            scene.client("");
        });
        OF.put(EndReason.PLUGIN_FAULT, scene -> {
            scene.start("", named("faulty", scene.backend().address(), ""), builder -> builder.protocol(new Faulty()));
            scene.client("X");
        });
    }

    private static void ofBackends() {
        OF.put(EndReason.NO_BACKEND, scene -> {
            scene.start("", route("X", "127.0.0.1:" + TestBackend.deadPort(), ""));
            scene.client("X");
        });
        OF.put(EndReason.BACKENDS_FULL, scene -> {
            scene.start("", pool(scene.backend(), "queue = 0"));
            scene.served("X");
            scene.client("X");
        });
        OF.put(EndReason.QUEUE_TIMEOUT, scene -> {
            scene.start("", pool(scene.backend(), "queue_timeout = \"300ms\""));
            scene.served("X");
            scene.client("X");
        });
        OF.put(EndReason.LEFT_QUEUE, scene -> {
            Proxy proxy = scene.start("", pool(scene.backend(), "queue_timeout = \"60s\""));
            scene.served("X");
            Client waiting = scene.client("X");
            await().until(() -> proxy.server().status().pools().get(0).waiting() == 1);
            waiting.finish();
        });
        OF.put(EndReason.BACKEND_DOWN, scene -> {
            TestBackend backend = scene.backend();
            Proxy proxy =
                    scene.start("health = { interval = \"100ms\" }\n", pool(backend, "on_backend_down = \"close\""));
            await().until(() -> proxy.health(backend.address()).equals("up"));
            scene.served("X");
            backend.stopListening();
        });
        OF.put(EndReason.SOURCE_REFUSED, scene -> {
            assumeThat(LinuxSockets.mayBindForeign()).as("CAP_NET_RAW").isTrue();
            scene.start("", route("X", scene.backend(), "source = \"client\"\n"));
            scene.client("X");
        });
    }

    private static void ofLimits() {
        OF.put(EndReason.DENIED, scene -> {
            scene.start("deny = [\"" + OTHER + "\"]\n", route("X", scene.backend(), ""));
            scene.client(OTHER, "");
        });
        OF.put(EndReason.OVER_RATE, scene -> {
            scene.start("new_per_second = 1\n", route("X", scene.backend(), ""));
            manyUntilEnded(scene, EndReason.OVER_RATE);
        });
        OF.put(EndReason.OVER_RATE_PER_IP, scene -> {
            scene.start("new_per_second_per_ip = 1\n", route("X", scene.backend(), ""));
            manyUntilEnded(scene, EndReason.OVER_RATE_PER_IP);
        });
        OF.put(EndReason.OVER_MAX_CONNECTIONS, scene -> {
            scene.start("", route("X", scene.backend(), "max_connections = 1\n"));
            scene.served("X");
            scene.client("X");
        });
        OF.put(EndReason.OVER_MAX_PER_IP, scene -> {
            scene.start("", route("X", scene.backend(), ""), builder -> builder.maxConnectionsPerIp(1));
            scene.served("X");
            scene.client("");
        });
        OF.put(EndReason.OVER_PEEK_MEMORY, scene -> {
            scene.start(
                    "",
                    route("XYZ", scene.backend(), ""),
                    builder -> builder.threads(1)
                            .peekMemory(1 << 16)
                            .peekBufferSize(512)
                            .peekTimeout(Proxy.NEVER));
            for (int i = 0; i <= (1 << 16) / 512; i++) {
                scene.client("XY");
            }
        });
    }

    private static void manyUntilEnded(Scene scene, EndReason why) {
        await().until(() -> {
            scene.client("");
            return scene.counted().containsKey(why.label());
        });
    }

    private static void ofProxies() {
        OF.put(EndReason.PROXY_UNTRUSTED, behindAProxy(OTHER, HEADER + "X"));
        OF.put(EndReason.PROXY_MISSING, behindAProxy(FRONT, "X is no header"));
        OF.put(EndReason.PROXY_MALFORMED, behindAProxy(FRONT, "PROXY TCP4 nowhere\r\n"));
        OF.put(EndReason.PROXY_REFUSED, behindAProxy(FRONT, HEADER.replace("198.51.100.7", "127.0.0.1") + "X"));
        OF.put(EndReason.PROXY_PROBE, scene -> {
            scene.start("", LISTENER + route("X", scene.backend(), ""));
            scene.client(FRONT, "").close();
        });
    }

    private static Provocation behindAProxy(String peer, String sent) {
        return scene -> {
            scene.start("", LISTENER + route("X", scene.backend(), ""));
            scene.client(peer, sent);
        };
    }

    private static void ofUdp() {
        OF.put(EndReason.OVER_UDP_SESSIONS, scene -> {
            UdpBackend silent = scene.keep(UdpBackend.silent());
            scene.start("", udp(silent), builder -> builder.udpMaxSessions(1));
            scene.sender("X");
            scene.sender("X");
        });
        OF.put(EndReason.OVER_UDP_SESSIONS_PER_IP, scene -> {
            UdpBackend silent = scene.keep(UdpBackend.silent());
            scene.start("", udp(silent), builder -> builder.udpMaxSessionsPerIp(1));
            scene.sender("X");
            scene.sender("X");
        });
        OF.put(EndReason.GAVE_WAY, scene -> {
            scene.start("", udp(scene.echo()), builder -> builder.udpMaxSessionsPerIp(1));
            scene.sender("X").read();
            scene.sender("X").read();
        });
    }

    private static void ofTimes() {
        OF.put(EndReason.IDLE, scene -> {
            scene.start("", route("X", scene.backend(), ""), builder -> builder.idleTimeout(SOON));
            scene.served("X");
        });
        OF.put(EndReason.MAX_LIFETIME, scene -> {
            scene.start("", route("X", scene.backend(), ""), builder -> builder.maxLifetime(SOON));
            scene.served("X");
        });
        OF.put(EndReason.HALF_CLOSE_TIMEOUT, scene -> {
            Proxy proxy = scene.start("", commanded(scene, Commanded.WAIT), builder -> builder.halfCloseTimeout(SOON));
            Socket client = scene.keep(new Socket());
            client.connect(proxy.tcp());
            Commanded.tell(client, Commanded.WAIT, 0);
            client.shutdownOutput();
        });
        OF.put(EndReason.STALLED, scene -> {
            Proxy proxy = scene.start(
                    "", commanded(scene, Commanded.DOWNLOAD), builder -> builder.stallTimeout(Duration.ofSeconds(1)));
            Socket client = scene.keep(new Socket());
            client.setReceiveBufferSize(4096);
            client.connect(proxy.tcp());
            Commanded.tell(client, Commanded.DOWNLOAD, 1L << 40);
        });
    }

    private static String commanded(Scene scene, char command) throws Exception {
        Commanded commanded = new Commanded();
        scene.keep(commanded::release);
        return route(String.valueOf(command), scene.keep(TestBackend.serving(commanded)), "");
    }

    private static void ofTheServer() {
        OF.put(EndReason.ROUTE_REMOVED, scene -> {
            TestBackend backend = scene.backend();
            scene.start("", route("X", backend, "on_removed = \"close\"\n"));
            scene.served("X");
            scene.reload("", named("y", backend.address(), "patterns = [\"Y\"]\n"));
        });
        OF.put(EndReason.OLD_GENERATION, scene -> {
            String tables = route("X", scene.backend(), "");
            scene.start("max_generations = 2\n", tables);
            scene.served("X");
            scene.reload("max_generations = 2\n", tables);
            scene.served("X");
            scene.reload("max_generations = 2\n", tables);
        });
        OF.put(EndReason.CLOSED_BY_OPERATOR, scene -> {
            Proxy proxy = scene.start("", route("X", scene.backend(), ""));
            scene.served("X");
            CloseRequest all = new CloseRequest(CloseRequest.What.GENERATION, "1", Duration.ZERO);
            assertThat(proxy.server().administration().close(all)).isOne();
        });
        OF.put(EndReason.CUT, scene -> {
            Proxy proxy = scene.start("", route("X", scene.backend(), ""));
            scene.served("X");
            proxy.server().close();
        });
    }

    private static String route(String pattern, TestBackend backend, String more) {
        return route(pattern, backend.address(), more);
    }

    private static String route(String pattern, String address, String more) {
        return named("x", address, "patterns = [\"" + pattern + "\"]\n" + more);
    }

    private static String named(String protocol, String address, String more) {
        return "[[protocols]]\nname = \"" + protocol + "\"\ntransport = \"tcp\"\nforward_to = \"" + address + "\"\n"
                + more;
    }

    private static String udp(UdpBackend backend) {
        return "[[protocols]]\nname = \"x\"\npatterns = [\"X\"]\ntransport = \"udp\"\nforward_to = \""
                + backend.address() + "\"\n";
    }

    /** A pool whose server takes one session. */
    private static String pool(TestBackend backend, String rules) {
        return "[pools.web]\n" + rules + "\nservers = [{ address = \"" + backend.address()
                + "\", max_connections = 1 }]\n" + route("X", "pool:web", "");
    }

    /** Throws for each client. */
    private static final class Faulty implements Protocol {
        @Override
        public String name() {
            return "faulty";
        }

        @Override
        public Set<Transport> transports() {
            return Set.of(Transport.TCP);
        }

        @Override
        public Identification identify(Peek peek) {
            throw new IllegalStateException("on purpose");
        }
    }
}
