package dev.refractium.server.net;

import io.netty.channel.unix.Errors;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The reason of a failed socket call, and where it lies: with the peer, the network, this process or this machine. Read
 * from the error number on epoll, and from the exception's class on NIO, whose texts follow the locale. A failure that is
 * not known to be the peer's or the network's counts as ours.
 */
public enum IoFailure {
    /** The peer refused, reset or did not answer: the peer's fault. */
    REFUSED("refused"),
    /** There is no route to the peer for now: counts as the peer's fault. */
    UNREACHABLE("unreachable"),
    /** The datagram is larger than the path allows. The peer is well, and smaller datagrams pass. */
    MESSAGE_SIZE("message too long"),
    /** The process or the machine has no descriptor, or no memory for a socket. */
    NO_DESCRIPTOR("no descriptor"),
    /** No local address and port is left for this peer; another peer may still be reached. */
    NO_LOCAL_PORT("no local port"),
    /** Anything else. */
    OURS("local error");

    /** Linux's error numbers, which Netty's exceptions have negated (asm-generic/errno.h). */
    private static final Map<Integer, IoFailure> BY_ERRNO = Map.ofEntries(
            Map.entry(111, REFUSED), // ECONNREFUSED
            Map.entry(104, REFUSED), // ECONNRESET
            Map.entry(103, REFUSED), // ECONNABORTED
            Map.entry(110, REFUSED), // ETIMEDOUT
            Map.entry(32, REFUSED), // EPIPE
            Map.entry(20, REFUSED), // ENOTDIR, of a Unix socket, as the next two
            Map.entry(40, REFUSED), // ELOOP
            Map.entry(91, REFUSED), // EPROTOTYPE: a Unix socket for datagrams
            Map.entry(101, UNREACHABLE), // ENETUNREACH
            Map.entry(113, UNREACHABLE), // EHOSTUNREACH
            Map.entry(112, UNREACHABLE), // EHOSTDOWN
            Map.entry(100, UNREACHABLE), // ENETDOWN
            Map.entry(64, UNREACHABLE), // ENONET, by ICMP
            Map.entry(92, UNREACHABLE), // ENOPROTOOPT, by ICMP: protocol unreachable
            Map.entry(71, UNREACHABLE), // EPROTO, by ICMP: parameter problem
            Map.entry(97, UNREACHABLE), // EAFNOSUPPORT: no such family here
            Map.entry(22, UNREACHABLE), // EINVAL: a blackhole route, or a link-local address without its interface
            Map.entry(13, UNREACHABLE), // EACCES: a prohibiting route, a broadcast address, a forbidden Unix socket
            Map.entry(90, MESSAGE_SIZE), // EMSGSIZE
            Map.entry(24, NO_DESCRIPTOR), // EMFILE
            Map.entry(23, NO_DESCRIPTOR), // ENFILE
            Map.entry(12, NO_DESCRIPTOR), // ENOMEM
            Map.entry(105, NO_DESCRIPTOR), // ENOBUFS
            Map.entry(99, NO_LOCAL_PORT), // EADDRNOTAVAIL
            Map.entry(98, NO_LOCAL_PORT), // EADDRINUSE
            Map.entry(11, NO_LOCAL_PORT)); // EAGAIN, of connect

    /** Netty has the number of a failed connect only in its own English text. */
    private static final Pattern NUMBER = Pattern.compile("failed with error\\(-(\\d{1,5})\\)");

    /** The prefix that Netty puts before the system's text. */
    private static final Pattern CALL = Pattern.compile("^\\w+\\(\\.\\.\\) failed( with error\\(-?\\d+\\))?: ");

    private final String label;

    IoFailure(String label) {
        this.label = label;
    }

    /** Returns the reason of {@code e}, which a socket of either kind has thrown. */
    public static IoFailure of(Throwable e) {
        int errno = errno(e);
        return errno != 0 ? BY_ERRNO.getOrDefault(errno, OURS) : byClass(e);
    }

    /** Returns whether the fault is the peer's or the network's. */
    public boolean isTheirs() {
        return this == REFUSED || this == UNREACHABLE;
    }

    /** Returns the system's text for people, without the call that failed; on NIO the text follows the locale. */
    public static String text(Throwable e) {
        String message = e.getMessage();
        return message == null
                ? e.getClass().getSimpleName()
                : CALL.matcher(message).replaceFirst("");
    }

    /** Returns the name that logs use. */
    public String label() {
        return label;
    }

    /** Returns Linux's number of the failure, or 0 if the exception has none. */
    private static int errno(Throwable e) {
        if (e instanceof Errors.NativeIoException io) {
            return -io.expectedErr();
        }
        String text = e instanceof ConnectException ? e.getMessage() : null;
        Matcher number = NUMBER.matcher(text == null ? "" : text);
        return number.find() ? Integer.parseInt(number.group(1)) : 0;
    }

    private static IoFailure byClass(Throwable e) {
        if (e instanceof ConnectException
                || e instanceof PortUnreachableException
                || e instanceof SocketTimeoutException) {
            return REFUSED;
        }
        if (e instanceof NoRouteToHostException
                || e instanceof UnsupportedAddressTypeException
                || e instanceof UnsupportedOperationException) {
            return UNREACHABLE;
        }
        if (e instanceof NoSocketException) {
            return NO_DESCRIPTOR;
        }
        return e instanceof BindException ? NO_LOCAL_PORT : OURS;
    }
}
