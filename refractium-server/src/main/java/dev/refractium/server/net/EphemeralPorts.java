package dev.refractium.server.net;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The ports that the system assigns to sockets that are not bound to one. Any thread. */
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
     * Returns whether a socket that dials {@code port} may be assigned the same port, and so connect to itself if nobody
     * listens there: TCP allows a simultaneous open (RFC 9293, 3.5).
     */
    public static boolean include(int port) {
        return port >= HERE.first && port <= HERE.last;
    }

    /** Returns the range at the start of the process; all unprivileged ports if it cannot be read. */
    private static EphemeralPorts read() {
        // One read suffices: the kernel returns such a file at once or not at all.
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
