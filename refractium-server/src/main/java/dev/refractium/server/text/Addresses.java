package dev.refractium.server.text;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import org.jspecify.annotations.Nullable;

/** Addresses as people write them. */
public final class Addresses {
    /**
     * The longest path of a Unix socket, in bytes: Linux allows 108 including the final zero, and Java leaves one more.
     * Other systems allow less.
     */
    public static final int LONGEST_UNIX_PATH = 106;

    private Addresses() {}

    /** Returns {@code 127.0.0.1:80} or {@code [::1]:80}; zeros of an IPv6 address are not left out. */
    public static String text(InetSocketAddress socket) {
        String address = socket.getAddress().getHostAddress();
        return (address.indexOf(':') < 0 ? address : "[" + address + "]") + ":" + socket.getPort();
    }

    /** Returns the host's address; null of a Unix socket and its clients, which have none. */
    public static @Nullable InetAddress internet(SocketAddress socket) {
        return socket instanceof InetSocketAddress internet ? internet.getAddress() : null;
    }

    /** Returns {@code 127.0.0.1}, without the port, or {@code unix:uid=1000}. */
    public static String host(SocketAddress socket) {
        return socket instanceof InetSocketAddress internet
                ? internet.getAddress().getHostAddress()
                : text(socket);
    }

    /** Returns the text of an address of the Internet, {@code unix:/run/app.sock}, or {@code unix:@app} of an abstract name. */
    public static String text(SocketAddress socket) {
        if (socket instanceof UnixDomainSocketAddress unix) {
            return "unix:" + unix.getPath();
        }
        return socket instanceof InetSocketAddress internet ? text(internet) : socket.toString();
    }
}
