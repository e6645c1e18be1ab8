package dev.refractium.server.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Transport;
import dev.refractium.server.config.ConfigReader;
import dev.refractium.server.config.Problem;
import dev.refractium.server.net.NameResolver;
import dev.refractium.server.upstream.Backends;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Backends that some sessions reach with a PROXY header and others without; and keys that a route's transport forbids. */
class ProxyConflictsTest {
    private static final String SENDING = """
            [[protocols]]
            name = "a"
            patterns = ["A"]
            transport = "tcp"
            send_proxy = "v2"
            forward_to = ["127.0.0.1:80", "127.0.0.1:81"]
            """;

    private final NameResolver names = new NameResolver();

    @AfterEach
    void close() {
        names.close();
    }

    @Test
    void aRouteWithoutAHeaderToTheSameBackendIsRefused() throws Exception {
        assertThat(problems(SENDING + route("b", "tcp", "127.0.0.1:81")))
                .singleElement()
                .asString()
                .startsWith("p.toml:11:")
                .contains("protocols[1].forward_to: \"127.0.0.1:81\" gets a PROXY header from p.toml:5:1"
                        + " and none here, where a client could write its own");
    }

    @Test
    void anotherNameOfTheBackendIsTheSame() throws Exception {
        assertThat(problems(SENDING + route("b", "tcp", "localhost:81"))).hasSize(1);
    }

    @Test
    void soIsAPool() throws Exception {
        String pool = "[pools.web]\nservers = \"127.0.0.1:80\"\n";

        assertThat(problems(SENDING + route("b", "tcp", "pool:web") + pool)).hasSize(1);
    }

    @Test
    void aFallbackIsRefusedToo() throws Exception {
        assertThat(problems("fallback_tcp = \"127.0.0.1:80\"\n" + SENDING))
                .singleElement()
                .asString()
                .contains("fallback_tcp: \"127.0.0.1:80\" gets");
        String listener = "[[listeners]]\nname = \"edge\"\nport = 0\nfallback_tcp = \"127.0.0.1:80\"\n";
        assertThat(problems(listener + SENDING))
                .singleElement()
                .asString()
                .contains("listeners[0].fallback_tcp: \"127.0.0.1:80\" gets");
    }

    @Test
    void soIsAHookThatNamesTheBackend() throws Exception {
        String hooks = "[hooks.copy]\nhook = \"mirror\"\nto = \"127.0.0.1:80\"\nnote = \"none\"\n";

        assertThat(problems(SENDING + hooks))
                .anySatisfy(problem -> assertThat(problem.toString()).contains("hooks.copy.to: \"127.0.0.1:80\" gets"));
    }

    @Test
    void othersAreNot() throws Exception {
        assertThat(problems(SENDING + route("b", "tcp", "127.0.0.1:82"))).isEmpty();
        assertThat(problems(SENDING + route("b", "udp", "127.0.0.1:80"))).isEmpty();
        assertThat(problems(SENDING
                        + SENDING.replace("\"a\"", "\"b\"")
                                .replace("\"A\"", "\"B\"")
                                .replace("v2", "v1")))
                .isEmpty();
    }

    @Test
    void aBackendThatKeepsTheListenersPortIsFoundToo() throws Exception {
        String keeping = route("b", "tcp", "127.0.0.1:+0");

        assertThat(problems(SENDING + keeping, 81)).hasSize(1);
        assertThat(problems(SENDING + keeping, 82)).isEmpty();
    }

    @Test
    void unixSocketsAreComparedByTheirPaths() throws Exception {
        String sending = SENDING.replace("127.0.0.1:81", "unix:/run/app.sock");

        assertThat(problems(sending + route("b", "tcp", "unix:/run/app.sock"), 81))
                .singleElement()
                .asString()
                .contains("\"unix:/run/app.sock\" gets a PROXY header");
        assertThat(problems(sending + route("b", "tcp", "unix:/run/other.sock")))
                .isEmpty();
    }

    @Test
    void mixedProxyAllowsIt() throws Exception {
        String mixed = SENDING + "mixed_proxy = true\n";

        assertThat(problems("fallback_tcp = \"127.0.0.1:80\"\n" + mixed + route("b", "tcp", "127.0.0.1:81")))
                .isEmpty();
    }

    @Test
    void version1IsRefusedForUdp() throws Exception {
        assertThat(problems(SENDING.replace("v2", "v1").replace("\"tcp\"", "\"both\"")))
                .singleElement()
                .asString()
                .contains("send_proxy: is \"v1\", which is for TCP, and this route takes UDP sessions; write \"v2\"");
    }

    @Test
    void aKeyAboutDatagramsIsRefusedForTcp() throws Exception {
        assertThat(problems(SENDING + "send_proxy_udp = \"first\"\n"))
                .singleElement()
                .asString()
                .contains("send_proxy_udp: is about datagrams, and this route takes TCP sessions only");
    }

    private static String route(String name, String transport, String to) {
        return "[[protocols]]\nname = \"%s\"\npatterns = [\"%s1\"]\ntransport = \"%s\"\nforward_to = \"%s\"\n"
                .formatted(name, name, transport, to);
    }

    private List<Problem> problems(String toml) throws InterruptedException {
        return problems(toml, 443);
    }

    private List<Problem> problems(String toml, int port) throws InterruptedException {
        ConfigReader.Parsed parsed = ConfigReader.parse(toml, "p.toml", Path.of("/"));
        assertThat(parsed.problems()).isEmpty();
        Backends backends = new Backends(names, address -> false);
        GenerationBuilder.Built built = new GenerationBuilder(
                        parsed.config(), new Protocols(List.of(), List.of()), backends)
                .listeners(List.of(ListenerSpec.of(Transport.TCP, new InetSocketAddress("192.0.2.1", port))))
                .build();
        built.generation().close();
        return new ArrayList<>(built.problems());
    }
}
