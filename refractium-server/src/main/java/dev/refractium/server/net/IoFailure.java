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
 * What a failed socket call shows, and of whom: the peer, the way to it, this process or this machine. Read from the
 * error number on Linux's calls, and from the exception's class on the JDK's, whose texts follow the locale. What is not
 * known to be another's is ours.
 */
public enum IoFailure {
    /** The peer refused, reset or did not answer: a fault of the peer's. */
    REFUSED("refused"),
    /** There is no way to the peer from here, for now: counts as a fault of the peer's. */
    UNREACHABLE("unreachable"),
    /** The datagram is larger than the way takes. The peer is well, and smaller ones pass. */
    MESSAGE_SIZE("message too long"),
    /** The process or the machine has no descriptor, or no memory for a socket. */
    NO_DESCRIPTOR("no descriptor"),
    /** No local address and port is left to reach this peer from; another peer may be reached. */
    NO_LOCAL_PORT("no local port"),
    /** Anything else. */
    OURS("local error");

    /** Linux's numbers, which are those of Netty's exceptions with the sign turned (asm-generic/errno.h). */
    private static final Map<Integer, IoFailure> BY_ERRNO = Map.ofEntries(
            Map.entry(111, REFUSED), // ECONNREFUSED
            Map.entry(104, REFUSED), // ECONNRESET
            Map.entry(103, REFUSED), // ECONNABORTED
            Map.entry(110, REFUSED), // ETIMEDOUT
            Map.entry(32, REFUSED), // EPIPE
            Map.entry(101, UNREACHABLE), // ENETUNREACH
            Map.entry(113, UNREACHABLE), // EHOSTUNREACH
            Map.entry(112, UNREACHABLE), // EHOSTDOWN
            Map.entry(100, UNREACHABLE), // ENETDOWN
            Map.entry(64, UNREACHABLE), // ENONET, by ICMP
            Map.entry(92, UNREACHABLE), // ENOPROTOOPT, by ICMP: protocol unreachable
            Map.entry(71, UNREACHABLE), // EPROTO, by ICMP: parameter problem
            Map.entry(97, UNREACHABLE), // EAFNOSUPPORT: no such family here
            Map.entry(22, UNREACHABLE), // EINVAL: a blackhole route, or a link-local address without its interface
            Map.entry(13, UNREACHABLE), // EACCES: a prohibiting route, or a broadcast address
            Map.entry(90, MESSAGE_SIZE), // EMSGSIZE
            Map.entry(24, NO_DESCRIPTOR), // EMFILE
            Map.entry(23, NO_DESCRIPTOR), // ENFILE
            Map.entry(12, NO_DESCRIPTOR), // ENOMEM
            Map.entry(105, NO_DESCRIPTOR), // ENOBUFS
            Map.entry(99, NO_LOCAL_PORT), // EADDRNOTAVAIL
            Map.entry(98, NO_LOCAL_PORT), // EADDRINUSE
            Map.entry(11, NO_LOCAL_PORT)); // EAGAIN, of connect

    /** Netty keeps the number of a failed connect in its own English text only. */
    private static final Pattern NUMBER = Pattern.compile("failed with error\\(-(\\d{1,5})\\)");

    private final String label;

    IoFailure(String label) {
        this.label = label;
    }

    /** Returns what {@code e}, thrown by a call of a socket of either kind, shows. */
    public static IoFailure of(Throwable e) {
        int errno = errno(e);
        return errno != 0 ? BY_ERRNO.getOrDefault(errno, OURS) : byClass(e);
    }

    /** Returns whether another is at fault: the peer, or the network between. */
    public boolean isTheirs() {
        return this == REFUSED || this == UNREACHABLE;
    }

    /** Returns what the system says of it, for the log: its text follows the locale. */
    public static String text(Throwable e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }

    /** How logs write it. */
    public String label() {
        return label;
    }

    /** Returns the number that Linux has for the failure, or 0 where the exception has none. */
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
