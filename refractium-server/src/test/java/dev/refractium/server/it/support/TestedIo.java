package dev.refractium.server.it.support;

import static org.junit.jupiter.api.Assumptions.abort;

import dev.refractium.server.Refractium;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.net.IoKind;
import java.util.List;

/** The kind of sockets of servers under test: that of {@code -Drefractium.io}, else the server's own choice. */
public final class TestedIo {
    public static final String EPOLL = "epoll";
    public static final String NIO = "nio";

    private TestedIo() {}

    /** As key {@code io}; ends the test as skipped where this machine does not have it. */
    public static String name() {
        return usable(System.getProperty("refractium.io", "auto"));
    }

    /** Both kinds, for tests that try each in one build; {@link #usable} returns those of this machine. */
    public static List<String> kinds() {
        return List.of(EPOLL, NIO);
    }

    /** Gives {@code io} back, and ends the test as skipped, aloud, where this machine does not have it. */
    public static String usable(String io) {
        if (io.equals(EPOLL)) {
            IoKind.EPOLL.missing().ifPresent(why -> {
                System.out.printf("skipped: epoll cannot be used here: %s%n", why);
                abort("epoll cannot be used here: " + why);
            });
        }
        return io;
    }

    /** A server on what is tested. */
    public static RefractiumBuilder server() {
        return Refractium.builder().io(name());
    }
}
