package dev.refractium.server.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Transport;
import dev.refractium.server.config.ConfigReader;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.generation.GenerationBuilder;
import dev.refractium.server.generation.Generations;
import dev.refractium.server.generation.ListenerSpec;
import dev.refractium.server.generation.Protocols;
import dev.refractium.server.it.support.PrefixProtocol;
import dev.refractium.server.it.support.UdpBackend;
import dev.refractium.server.it.support.UdpClient;
import dev.refractium.server.net.IoKind;
import dev.refractium.server.net.Loops;
import dev.refractium.server.net.NameResolver;
import dev.refractium.server.net.NoSocketException;
import dev.refractium.server.session.EndReason;
import dev.refractium.server.session.Sessions;
import dev.refractium.server.upstream.Backends;
import dev.refractium.server.upstream.Source;
import io.netty.channel.unix.Errors.NativeIoException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What errors of the sockets' calls, and a backend that moves, become of flows. */
class UdpFlowIT {
    private static final int EMSGSIZE = -90;
    private static final int EMFILE = -24;

    private final ScriptedSockets sockets = new ScriptedSockets();
    private final NameResolver names = new NameResolver(host -> List.of(InetAddress.getLoopbackAddress()));
    private final Loops loops = new Loops(IoKind.NIO, 1);
    private final Sessions sessions = new Sessions();
    private UdpBackend echo;
    private UdpBackend fallback;
    private Backends backends;
    private Generation generation;
    private UdpServices shared;
    private UdpListeners listeners;

    @BeforeEach
    void start() throws Exception {
        echo = UdpBackend.picky('Q');
        fallback = UdpBackend.named("fallback");
        backends = new Backends(names, address -> false);
        ConfigReader.Parsed parsed =
                ConfigReader.parse("""
                fallback_udp = "%s"

                [[protocols]]
                name = "question"
                on_unhealthy = "fallback"
                forward_to = "127.0.0.1:%d"
                """.formatted(fallback.address(), echo.port()), "test.toml", Path.of("/"));
        assertThat(parsed.problems()).isEmpty();
        Protocols protocols = new Protocols(List.of(PrefixProtocol.repeatable("question", "")), List.of());
        generation = new GenerationBuilder(parsed.config(), protocols, backends)
                .build()
                .generation();
        Generations generations = new Generations(generation, over -> {});
        shared = new UdpServices(generations, sessions, loops, sockets);
        listeners = UdpListeners.bind(
                ListenerSpec.of(Transport.UDP, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)), shared);
    }

    @AfterEach
    void stop() {
        listeners.close();
        shared.close();
        loops.close();
        names.close();
        echo.close();
        fallback.close();
    }

    static Stream<Named<Supplier<IOException>>> passing() {
        Named<Supplier<IOException>> ofJdk = Named.of("JDK", () -> new SocketException("text, in any language"));
        return IoKind.EPOLL.missing().isPresent()
                ? Stream.of(ofJdk)
                : Stream.of(ofJdk, Named.of("epoll", () -> new NativeIoException("send", EMSGSIZE)));
    }

    static Stream<Named<IOException>> noDescriptor() {
        Named<IOException> ofJdk = Named.of("JDK", new NoSocketException(new SocketException("text, in any language")));
        return IoKind.EPOLL.missing().isPresent()
                ? Stream.of(ofJdk)
                : Stream.of(ofJdk, Named.of("epoll", new NativeIoException("socket", EMFILE)));
    }

    @ParameterizedTest
    @MethodSource("passing")
    void datagramThatAnEarlierOnesErrorKeptBackIsSentFromTheSamePort(Supplier<IOException> error) throws Exception {
        listeners.start();
        try (UdpClient client = client()) {
            assertThat(client.send("Q1").read()).isEqualTo("Q1");
            sockets.writes.add(error.get());

            assertThat(client.send("Q2").read()).isEqualTo("Q2");

            assertThat(echo.peers()).isOne();
            assertThat(ends()).isEmpty();
            assertThat(backend().failures()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("passing")
    void datagramThatIsTooLargeTwiceIsLostAndTheFlowGoesOn(Supplier<IOException> error) throws Exception {
        listeners.start();
        try (UdpClient client = client()) {
            client.send("Q1").read();
            sockets.writes.add(error.get());
            sockets.writes.add(error.get());
            client.send("lost");
            await().until(sockets.writes::isEmpty);

            assertThat(client.send("Q2").read()).isEqualTo("Q2");

            assertThat(echo.peers()).isOne();
            assertThat(echo.received()).isEqualTo(2);
            assertThat(ends()).isEmpty();
            assertThat(backend().failures()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("passing")
    void errorThatIsReadEndsNothing(Supplier<IOException> error) throws Exception {
        listeners.start();
        try (UdpClient client = client()) {
            sockets.reads.add(error.get());
            client.send("Q1");
            await().until(sockets.reads::isEmpty);

            assertThat(client.send("Q2").read()).isEqualTo("Q2");

            assertThat(echo.peers()).isOne();
            assertThat(ends()).isEmpty();
            assertThat(backend().failures()).isZero();
        }
    }

    @Test
    void errorsOfOurOwnWithoutEndEndTheFlowAndMarkNoBackend() throws Exception {
        listeners.start();
        try (UdpClient client = client()) {
            client.send("Q1").read();
            for (int i = 0; i < 40; i++) {
                sockets.writes.add(new SocketException("always"));
            }

            await().pollInterval(Duration.ofMillis(10)).until(() -> {
                client.send("Q2");
                return ends().equals(Map.of(EndReason.LOCAL_ERROR, 1L));
            });

            assertThat(backend().failures()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("noDescriptor")
    void wantOfDescriptorsHasAnEndOfItsOwnAndTakesNoFallback(IOException error) throws Exception {
        listeners.start();
        sockets.connects.add(error);
        try (UdpClient client = client()) {
            client.send("Q1");
            await().until(() -> ends().equals(Map.of(EndReason.NO_DESCRIPTOR, 1L)));

            assertThat(client.send("Q2").read()).isEqualTo("Q2");

            assertThat(fallback.received()).isZero();
            assertThat(backend().failures()).isZero();
            assertThat(generation.sessions()).isOne();
        }
    }

    @Test
    void wantOfLocalPortsHasAnEndOfItsOwnAndTakesNoFallback() throws Exception {
        listeners.start();
        sockets.connects.add(new BindException("no port"));
        try (UdpClient client = client()) {
            client.send("Q1");

            await().until(() -> ends().equals(Map.of(EndReason.NO_LOCAL_PORT, 1L)));
            assertThat(fallback.received()).isZero();
            assertThat(backend().failures()).isZero();
        }
    }

    @Test
    void whateverIsThrownEndsItsOwnFlowOnly() throws Exception {
        listeners.start();
        try (UdpClient other = client();
                UdpClient client = client()) {
            other.send("Q1").read();
            sockets.reads.add(new AssertionError("read"));
            client.send("Q2");
            await().until(() -> ends().equals(Map.of(EndReason.CUT, 1L)));
            sockets.writes.add(new IllegalStateException("write"));
            client.send("Q3");
            await().until(() -> ends().equals(Map.of(EndReason.CUT, 2L)));

            assertThat(other.send("Q4").read()).isEqualTo("Q4");

            assertThat(client.send("Q5").read()).isEqualTo("Q5");
            assertThat(generation.sessions()).isEqualTo(2);
            assertThat(sessions.live()).isEqualTo(2);
            assertThat(sockets.open).hasValue(2);
        }
    }

    @Test
    void whatIsThrownBeforeAFlowBeginsLosesNothing() throws Exception {
        listeners.start();
        try (UdpClient client = client()) {
            sockets.connects.add(new AssertionError("connect"));
            client.send("Q1");
            await().until(sockets.connects::isEmpty);

            assertThat(client.send("Q2").read()).isEqualTo("Q2");

            assertThat(generation.sessions()).isOne();
            assertThat(sessions.live()).isOne();
        }
    }

    @Test
    void socketThatTheLoopDoesNotTakeIsOfferedAgain() throws Exception {
        sockets.refusedByLoops = true;
        listeners.start();
        try (UdpClient client = client()) {
            client.send("Q1");
            await().until(() -> listeners.trouble().isPresent());

            sockets.refusedByLoops = false;

            assertThat(client.read()).isEqualTo("Q1");
            assertThat(listeners.trouble()).isEmpty();
        }
    }

    @Test
    void flowThatNobodyAnswersFollowsTheBackendsNameAndOneThatIsAnsweredStays() throws Exception {
        listeners.start();
        try (UdpClient sender = client();
                UdpClient client = client();
                UdpBackend moved = UdpBackend.echoOn("127.0.0.2", echo.port())) {
            client.send("Q1").read();
            sender.send("one way");
            await().until(() -> echo.received() == 2);
            int[] sent = {1};
            int[] asked = {1};
            backend().resolved(List.of(InetAddress.getByName("127.0.0.2")));

            await().atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> {
                        sender.send("one way");
                        sent[0]++;
                        client.send("Q").read();
                        asked[0]++;
                        return moved.received() > 0;
                    });

            assertThat(ends()).isEqualTo(Map.of(EndReason.BACKEND_MOVED, 1L));
            await().until(() -> echo.received() + moved.received() == sent[0] + asked[0]);
            assertThat(moved.peers()).isOne();
            assertThat(client.send("Q").read()).isEqualTo("Q");
            assertThat(echo.peers()).isEqualTo(2);
        }
    }

    private UdpClient client() throws IOException {
        return UdpClient.from("127.0.0.1", listeners.address());
    }

    private Source backend() {
        return backends.at("127.0.0.1", echo.port(), Transport.UDP);
    }

    private Map<EndReason, Long> ends() {
        Map<EndReason, Long> ends = new TreeMap<>(sessions.ends());
        ends.values().removeIf(count -> count == 0);
        return ends;
    }
}
