package dev.refractium.plugins.mirror;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The backend that is given the copies, by name or address. */
record Target(String host, int port) {
    private static final Pattern FORM = Pattern.compile("(?:\\[([0-9a-fA-F:.]+)]|([^\\s:\\[\\]]+)):([0-9]{1,5})");
    private static final int LAST_PORT = 65_535;

    /** From {@code host:port}, an IPv6 address in brackets; empty where it is not that. */
    static Optional<Target> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int port = Integer.parseInt(matcher.group(3));
        String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        return port < 1 || port > LAST_PORT ? Optional.empty() : Optional.of(new Target(host, port));
    }

    /** Looks the name up, which may block. */
    InetSocketAddress resolve() throws IOException {
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new IOException("no address of " + host);
        }
        return address;
    }
}
