package dev.refractium.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Identification;
import dev.refractium.api.Peek;
import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import dev.refractium.server.engine.ServerResources;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.net.IoKind;
import dev.refractium.server.net.Loops;
import dev.refractium.server.reload.Draft;
import dev.refractium.server.reload.ReloadAttempt;
import dev.refractium.server.reload.ServerRequest;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A server that cannot be started after all. */
class FailedStartIT {
    @Test
    void leavesNeitherThreadsNorItsPort() throws Exception {
        int port = TestBackend.deadPort();
        ServerRequest request = Refractium.builder()
                .transports(Transport.TCP)
                .listen("127.0.0.1", port)
                .route("all", route -> route.pattern(new byte[] {1}).to("127.0.0.1:9"))
                .request();
        Set<Thread> before = threads();
        Loops ended = new Loops(IoKind.NIO, 1);
        ended.close();

        try (ServerResources resources = new ServerResources(request.resolver());
                Draft draft = new Draft(request, resources)) {
            Refractium.First first =
                    new Refractium.First(draft.generation(), ReloadAttempt.configuration(request), draft.named());
            assertThatThrownBy(() -> Refractium.start(request, resources, first, ended))
                    .isInstanceOf(RejectedExecutionException.class);
        }

        await().untilAsserted(() -> assertThat(threads()).isSubsetOf(before));
        try (ServerSocket again = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(again.isBound()).isTrue();
        }
    }

    @Test
    void leavesNoThreadsWhereItsOwnProtocolIsBroken() {
        Set<Thread> before = threads();
        RefractiumBuilder builder = Refractium.builder()
                .listen("127.0.0.1", 0)
                .protocol(new Broken())
                .route("broken", route -> route.to("127.0.0.1:9"));

        assertThatThrownBy(builder::start).isInstanceOf(NoClassDefFoundError.class);
        assertThatThrownBy(builder::identify).isInstanceOf(NoClassDefFoundError.class);

        await().untilAsserted(() -> assertThat(threads()).isSubsetOf(before));
    }

    @Test
    void saysThatThePortIsTakenOnUdpAlone() throws Exception {
        try (DatagramSocket taken = takenOnUdpAlone()) {
            RefractiumBuilder builder = Refractium.builder()
                    .listen("127.0.0.1", taken.getLocalPort())
                    .route("all", route -> route.pattern(new byte[] {1}).to("127.0.0.1:9"));

            assertThatThrownBy(builder::start)
                    .isInstanceOf(StartException.class)
                    .hasMessageStartingWith(
                            "cannot listen on 127.0.0.1 port " + taken.getLocalPort() + ", UDP: the port");
        }
    }

    @Test
    void saysThatTheAddressIsNotThisMachines() {
        RefractiumBuilder builder = Refractium.builder()
                .listen("192.0.2.1", 0)
                .route("all", route -> route.pattern(new byte[] {1}).to("127.0.0.1:9"));

        assertThatThrownBy(builder::start)
                .isInstanceOf(StartException.class)
                .hasMessageContaining(", TCP: no interface of this machine has this address");
    }

    @Test
    void bindsNothingWhereTheStepBeforeItFails() throws Exception {
        List<String> seen = new ArrayList<>();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            RefractiumBuilder builder = Refractium.builder()
                    .listen("127.0.0.1", taken.getLocalPort())
                    .control("off")
                    .beforeListening(control -> {
                        seen.add(control.control());
                        throw new StartException("no socket", null);
                    })
                    .route("all", route -> route.pattern(new byte[] {1}).to("127.0.0.1:9"));

            // That the port is taken would be found out by binding it.
            assertThatThrownBy(builder::start)
                    .isInstanceOf(StartException.class)
                    .hasMessage("no socket");
        }
        assertThat(seen).containsExactly("off");
    }

    /** Is found out when its route is made. */
    private static final class Broken implements Protocol {
        @Override
        public String name() {
            return "broken";
        }

        @Override
        public boolean canStartWith(int firstByte) {
            throw new NoClassDefFoundError("no/such/Thing");
        }

        @Override
        public Identification identify(Peek peek) {
            return Identification.noMatch();
        }
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("refractium"))
                .collect(Collectors.toSet());
    }

    /** On a port that TCP has free, as far as a moment shows. */
    private static DatagramSocket takenOnUdpAlone() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new DatagramSocket(free.getLocalPort(), InetAddress.getLoopbackAddress());
        }
    }
}
