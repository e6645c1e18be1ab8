package dev.refractium.server.net;

import io.netty.channel.unix.DomainSocketAddress;
import java.net.UnixDomainSocketAddress;

/**
 * The abstract name of a Unix socket on Linux (unix(7)), which has no file. The JDK knows none: an address that is {@code
 * @} and the name stands for it, which is the path of no socket, since those are absolute. Any thread.
 */
public final class AbstractName {
    private static final String SIGN = "@";

    private AbstractName() {}

    /** Returns whether this address stands for an abstract name. */
    public static boolean is(UnixDomainSocketAddress address) {
        return address.toString().startsWith(SIGN);
    }

    /** Returns the same address as the kernel has it: an abstract name begins with a zero. */
    public static DomainSocketAddress toNative(UnixDomainSocketAddress address) {
        String text = address.toString();
        return new DomainSocketAddress(is(address) ? "\0" + text.substring(SIGN.length()) : text);
    }
}
