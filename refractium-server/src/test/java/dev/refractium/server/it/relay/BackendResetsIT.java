package dev.refractium.server.it.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Transport;
import dev.refractium.server.it.support.Full;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.TestedIo;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A backend that resets its sessions in the middle of a stream. */
class BackendResetsIT {
    private static final int SESSIONS = Full.is() ? 10_000 : 500;
    private static final int AT_A_TIME = 32;

    @ParameterizedTest
    @MethodSource("dev.refractium.server.it.support.TestedIo#kinds")
    void everyClientSeesTheResetAndNoSessionOutlivesIt(String io) throws Exception {
        AtomicInteger served = new AtomicInteger();
        ExecutorService clients = Executors.newFixedThreadPool(AT_A_TIME);
        try (TestBackend backend =
                        TestBackend.serving(socket -> resetAfter(served.incrementAndGet() * 7_919 % 300_000, socket));
                Proxy proxy = Proxy.unprobed(Proxy.builder()
                        .io(TestedIo.usable(io))
                        .healthOff()
                        .fallback(Transport.TCP, backend.address()))) {
            Callable<Boolean> client = () -> isReset(proxy);
            int reset = 0;
            for (Future<Boolean> each : clients.invokeAll(Collections.nCopies(SESSIONS, client))) {
                reset += each.get() ? 1 : 0;
            }
            int left = proxy.live();

            System.out.printf(
                    "backend resets: %s: seen by %d of %d clients, sessions left %d, backend %s%n",
                    io, reset, SESSIONS, left, proxy.health(backend.address()));
            assertThat(reset).isEqualTo(SESSIONS);
            assertThat(left).isZero();
            assertThat(proxy.ends()).isEqualTo(Map.of("backend-reset", (long) SESSIONS));
            // Any client can have its own session reset: that must not take the backend from others.
            assertThat(proxy.health(backend.address())).isEqualTo("up");
            assertThat(proxy.failures(backend.address())).isZero();
        } finally {
            clients.shutdownNow();
        }
    }

    private static void resetAfter(int bytes, Socket socket) throws IOException {
        socket.getInputStream().read();
        socket.getOutputStream().write(new byte[bytes]);
        socket.setSoLinger(true, 0);
    }

    private static boolean isReset(Proxy proxy) throws IOException {
        try (Socket socket = new Socket(proxy.tcp().getAddress(), proxy.tcp().getPort())) {
            socket.getOutputStream().write('?');
            socket.getInputStream().readAllBytes();
            return false;
        } catch (SocketException e) {
            return true;
        }
    }
}
