package dev.refractium.server.config;

import dev.refractium.server.text.Escape;
import java.util.regex.Pattern;

/**
 * The address of a backend as written: a host name or IP literal and a port, the name of a service, or the path of a
 * Unix socket.
 *
 * @param host a name, an IPv4 literal or an IPv6 literal without brackets, in lower case except for a zone; {@code srv://}
 *     and the name of a service; or the path of a Unix socket, which alone begins with a slash
 * @param port 1 to 65535; of an address that keeps the listener's port, what is added to that; 0 with a service or a path
 * @param relative whether the port is added to that of the listener
 */
public record Endpoint(String host, int port, boolean relative) {
    private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");
    private static final String UNIX = "unix:";
    private static final String SERVICE = "srv://";

    /** @throws IllegalArgumentException saying what is wrong */
    public Endpoint {
        boolean portless = host.startsWith("/") || host.startsWith(SERVICE);
        host = host.startsWith("/")
                ? SocketPath.checked(host)
                : host.startsWith(SERVICE) ? service(host) : HostName.normaliseHost(host);
        if (portless ? port != 0 || relative : port < (relative ? 0 : 1) || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is out of range; use 1 to 65535");
        }
    }

    /** An address with a port of its own. */
    public Endpoint(String host, int port) {
        this(host, port, false);
    }

    /** Returns the port for sessions of a listener at {@code listening}. */
    public int port(int listening) {
        return relative ? listening + port : port;
    }

    /**
     * Reads {@code host:port}, {@code [v6]:port}, {@code srv://name} or {@code unix:/path}; {@code host:+0} keeps the
     * listener's port. {@code unix:80} is port 80 of the host "unix", and {@code srv:80} one of the host "srv".
     *
     * @throws IllegalArgumentException saying what is wrong
     */
    public static Endpoint parse(String text) {
        if (text.startsWith(UNIX)
                && !PORT.matcher(text.substring(UNIX.length()).replaceFirst("^\\+", ""))
                        .matches()) {
            return new Endpoint(SocketPath.checked(text.substring(UNIX.length())), 0);
        }
        if (text.startsWith(SERVICE)) {
            return new Endpoint(text, 0);
        }
        if (text.startsWith("/")) {
            throw new IllegalArgumentException(
                    Escape.quoted(text) + " is a path; write unix:/path to mean a Unix socket, or host:port");
        }
        if (text.contains("://")) {
            throw new IllegalArgumentException(Escape.quoted(text) + " is a URL; write host:port");
        }
        int colon = text.lastIndexOf(':');
        if (colon < 0 || text.endsWith("]")) {
            throw new IllegalArgumentException(Escape.quoted(text) + " has no port; write host:port");
        }
        boolean relative = text.startsWith("+", colon + 1);
        String port = text.substring(colon + (relative ? 2 : 1));
        if (!PORT.matcher(port).matches()) {
            throw new IllegalArgumentException(
                    Escape.quoted(text) + " ends in " + Escape.quoted(port) + ", which is not a port; write host:port");
        }
        return new Endpoint(unbracketed(text, text.substring(0, colon)), Integer.parseInt(port), relative);
    }

    private static String unbracketed(String text, String host) {
        if (host.isEmpty()) {
            throw new IllegalArgumentException(Escape.quoted(text) + " has no host; write host:port");
        }
        if (host.startsWith("[") && host.endsWith("]")) {
            String address = host.substring(1, host.length() - 1);
            if (!HostName.isIpv6(address)) {
                throw new IllegalArgumentException(
                        Escape.quoted(text) + " has no IPv6 address in its brackets; write [v6]:port or host:port");
            }
            return address;
        }
        if (host.indexOf(':') >= 0) {
            throw new IllegalArgumentException(
                    Escape.quoted(text) + " has several colons; write an IPv6 address as [v6]:port");
        }
        return host;
    }

    /** RFC 2782: the first labels are the service and its transport, each with an underscore. */
    private static String service(String text) {
        String name = text.substring(SERVICE.length());
        if (name.indexOf(':') >= 0 || name.indexOf('/') >= 0) {
            throw new IllegalArgumentException(Escape.quoted(text)
                    + " has more than a name; the records of a service have its ports; write srv://_name._tcp.domain");
        }
        String service = HostName.normalise(name);
        if (!service.matches("_[^.]+\\._[^.]+\\..+")) {
            throw new IllegalArgumentException(
                    Escape.quoted(text) + " is not the name of a service; write srv://_name._tcp.domain");
        }
        return SERVICE + service;
    }

    /** Returns whether this is the name of a service, whose records have ports. */
    public boolean isService() {
        return host.startsWith(SERVICE);
    }

    /** Returns whether this is the path of a Unix socket. */
    public boolean isUnix() {
        return host.startsWith("/");
    }

    @Override
    public String toString() {
        if (isUnix()) {
            return UNIX + host;
        }
        if (isService()) {
            return host;
        }
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + (relative ? ":+" : ":") + port;
    }
}
