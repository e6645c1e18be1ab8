package dev.refractium.server.it.backends;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.refractium.api.Transport;
import dev.refractium.server.BuilderAccess;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.it.support.Attempts;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.FullQueue;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.TestedIo;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A name whose IPv6 address swallows connects: a kernel drops what comes to a queue that is full. */
@SuppressWarnings("AddressSelection") // Literals.
class RacedAddressesIT {
    private static final Duration PROMPT = Duration.ofMillis(300);

    /** The times of two sessions, one after the other. */
    private record Times(Duration first, Duration second) {}

    @ParameterizedTest
    @MethodSource("dev.refractium.server.it.support.TestedIo#kinds")
    void familyThatLeadsNowhereCostsTheFirstSessionAQuarterOfASecond(String io) throws Exception {
        try (FullQueue hole = hole();
                TestBackend backend = at(hole.port())) {
            Times times = Attempts.untilGood(
                    () -> times(io, backend), best -> best.first().compareTo(PROMPT) <= 0);

            System.out.printf(
                    "black-holed IPv6: %s: first byte of the first session after %d ms, of the second after %d ms%n",
                    io, times.first().toMillis(), times.second().toMillis());
            assertThat(times.first()).isBetween(Duration.ofMillis(200), PROMPT);
            assertThat(times.second()).isLessThan(Duration.ofMillis(200));
        }
    }

    private static Times times(String io, TestBackend backend) throws Exception {
        RefractiumBuilder builder = Proxy.builder()
                .io(TestedIo.usable(io))
                .healthOff()
                .fallback(Transport.TCP, "both.test:" + backend.port());
        try (Proxy proxy = Proxy.unprobed(BuilderAccess.with(
                builder, host -> List.of(InetAddress.getByName("::1"), InetAddress.getByName("127.0.0.1"))))) {
            await().until(() -> proxy.server().status().backends().get(0).addresses() == 2);
            return new Times(firstByte(proxy), firstByte(proxy));
        }
    }

    private static Duration firstByte(Proxy proxy) throws IOException {
        try (Client client = proxy.connect()) {
            long began = System.nanoTime();
            client.send("?");
            assertThat(client.read(3)).isEqualTo("b>?");
            return Duration.ofNanos(System.nanoTime() - began);
        }
    }

    private static FullQueue hole() throws IOException {
        try {
            return new FullQueue(InetAddress.getByName("::1"));
        } catch (BindException e) {
            System.out.printf("skipped: no IPv6 on this machine: %s%n", e.getMessage());
            return abort("no IPv6 on this machine");
        }
    }

    /** Serves on the same port of the other family; the test is skipped if another program has it. */
    private static TestBackend at(int port) throws IOException {
        try {
            return TestBackend.namedAt(port, "b");
        } catch (BindException e) {
            System.out.printf("skipped: port %d of 127.0.0.1 is taken: %s%n", port, e.getMessage());
            return abort("port " + port + " is taken");
        }
    }
}
