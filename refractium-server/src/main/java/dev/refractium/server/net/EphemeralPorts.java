package dev.refractium.server.net;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The ports that the system gives to sockets which are not bound to one. Any thread. */
public final class EphemeralPorts {
    private static final Path RANGE = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
    private static final EphemeralPorts HERE = read();

    private final int first;
    private final int last;

    private EphemeralPorts(int first, int last) {
        this.first = first;
        this.last = last;
    }

    /**
     * Returns whether a socket that dials may get {@code port} for its own, and so, where nobody listens there, connect
     * to itself: TCP lets both ends open at once (RFC 9293, 3.5).
     */
    public static boolean include(int port) {
        return port >= HERE.first && port <= HERE.last;
    }

    /** The range as the start of the process finds it; where it cannot be read, all that needs no privilege. */
    private static EphemeralPorts read() {
        // By one read: the kernel gives such a file at once or not at all, whatever reads on finds its end.
        try (InputStream file = Files.newInputStream(RANGE)) {
            byte[] range = new byte[64];
            return parse(new String(range, 0, file.read(range), StandardCharsets.US_ASCII));
        } catch (IOException | RuntimeException e) {
            return new EphemeralPorts(1024, 65535);
        }
    }

    private static EphemeralPorts parse(String range) {
        String[] bounds = range.trim().split("\\s+", 2);
        return new EphemeralPorts(Integer.parseInt(bounds[0]), Integer.parseInt(bounds[1]));
    }
}
