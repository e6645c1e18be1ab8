package dev.refractium.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.channel.unix.Errors;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class IoFailureTest {
    /** What Netty's connect does not throw for: it is under way, or was before. */
    private static final Set<Integer> NO_FAILURE = Set.of(106, 114, 115);

    @BeforeAll
    static void loadNetty() {
        assumeThat(IoKind.EPOLL.missing()).as("epoll").isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "ECONNREFUSED, 111, REFUSED",
        "ECONNRESET, 104, REFUSED",
        "ECONNABORTED, 103, REFUSED",
        "ETIMEDOUT, 110, REFUSED",
        "EPIPE, 32, REFUSED",
        "ENOTDIR, 20, REFUSED",
        "ELOOP, 40, REFUSED",
        "EPROTOTYPE, 91, REFUSED",
        "ENETUNREACH, 101, UNREACHABLE",
        "EHOSTUNREACH, 113, UNREACHABLE",
        "EHOSTDOWN, 112, UNREACHABLE",
        "ENETDOWN, 100, UNREACHABLE",
        "ENONET, 64, UNREACHABLE",
        "ENOPROTOOPT, 92, UNREACHABLE",
        "EPROTO, 71, UNREACHABLE",
        "EAFNOSUPPORT, 97, UNREACHABLE",
        "EINVAL, 22, UNREACHABLE",
        "EACCES, 13, UNREACHABLE",
        "EMSGSIZE, 90, MESSAGE_SIZE",
        "EMFILE, 24, NO_DESCRIPTOR",
        "ENFILE, 23, NO_DESCRIPTOR",
        "ENOMEM, 12, NO_DESCRIPTOR",
        "ENOBUFS, 105, NO_DESCRIPTOR",
        "EADDRNOTAVAIL, 99, NO_LOCAL_PORT",
        "EADDRINUSE, 98, NO_LOCAL_PORT",
        "EAGAIN, 11, NO_LOCAL_PORT",
        "EPERM, 1, OURS",
        "EBADF, 9, OURS",
        "ENOTSOCK, 88, OURS",
        "ENOTCONN, 107, OURS",
        "EINTR, 4, OURS",
        "of no kernel yet, 4000, OURS",
    })
    void everyErrorNumberHasItsFailure(String name, int errno, IoFailure expected) {
        assertThat(IoFailure.of(new Errors.NativeIoException("send", -errno)))
                .as(name)
                .isEqualTo(expected);
        assertThat(IoFailure.of(connecting(errno))).as(name).isEqualTo(expected);
    }

    @Test
    void exactlyEighteenErrorNumbersAreTheFaultOfThePeer() {
        long theirs = Stream.iterate(1, errno -> errno < 134, errno -> errno + 1)
                .filter(errno -> !NO_FAILURE.contains(errno))
                .filter(errno -> IoFailure.of(connecting(errno)).isTheirs())
                .count();

        assertThat(theirs).isEqualTo(18);
    }

    @ParameterizedTest
    @MethodSource("ofTheJdk")
    void everyExceptionOfTheJdkHasItsFailure(Throwable e, IoFailure expected) {
        assertThat(IoFailure.of(e)).isEqualTo(expected);
    }

    static Stream<Arguments> ofTheJdk() {
        return Stream.of(
                Arguments.of(new ConnectException("Verbindungsaufbau abgelehnt"), IoFailure.REFUSED),
                Arguments.of(new ConnectException(), IoFailure.REFUSED),
                Arguments.of(new PortUnreachableException(), IoFailure.REFUSED),
                Arguments.of(new SocketTimeoutException(), IoFailure.REFUSED),
                Arguments.of(new NoRouteToHostException("Keine Route zum Zielrechner"), IoFailure.UNREACHABLE),
                Arguments.of(new UnsupportedAddressTypeException(), IoFailure.UNREACHABLE),
                Arguments.of(new UnsupportedOperationException("IPv6 not available"), IoFailure.UNREACHABLE),
                Arguments.of(new BindException("Die angeforderte Adresse"), IoFailure.NO_LOCAL_PORT),
                Arguments.of(new SocketException("Connection refused"), IoFailure.OURS),
                Arguments.of(new IOException("Connection refused"), IoFailure.OURS),
                Arguments.of(new FileNotFoundException(), IoFailure.OURS),
                Arguments.of(new ClosedChannelException(), IoFailure.OURS),
                Arguments.of(new NotYetConnectedException(), IoFailure.OURS),
                Arguments.of(new IllegalStateException(), IoFailure.OURS));
    }

    @Test
    void localFailureIsLoggedOnceInTenSeconds() {
        long[] now = {1};
        LocalFailures failures = new LocalFailures(() -> now[0]);

        assertThat(failures.report(IoFailure.NO_LOCAL_PORT, "connect", new IOException()))
                .isTrue();
        for (int i = 0; i < 3; i++) {
            assertThat(failures.report(IoFailure.NO_LOCAL_PORT, "connect", new IOException()))
                    .isFalse();
        }
        assertThat(failures.report(IoFailure.OURS, "connect", new IOException()))
                .isTrue();
        now[0] += LocalFailures.WINDOW_NANOS;
        assertThat(failures.report(IoFailure.NO_LOCAL_PORT, "connect", new IOException()))
                .isTrue();
    }

    /** What Netty makes of a connect that fails so. */
    private static Throwable connecting(int errno) {
        Throwable thrown = catchThrowable(() -> Errors.handleConnectErrno("connect", -errno));
        assertThat(thrown).as("errno " + errno).isNotNull();
        return thrown;
    }

    @ParameterizedTest
    @CsvSource({
        "finishConnect(..) failed with error(-111): Connection refused, Connection refused",
        "accept(..) failed with error(-24): Too many open files, Too many open files",
        "recvAddress(..) failed: Connection reset by peer, Connection reset by peer",
        "no answer in 3s, no answer in 3s"
    })
    void textLeavesOutTheCall(String message, String text) {
        assertThat(IoFailure.text(new IOException(message))).isEqualTo(text);
    }

    @Test
    void textOfAFailureWithoutAMessageIsItsName() {
        assertThat(IoFailure.text(new ConnectException())).isEqualTo("ConnectException");
    }
}
