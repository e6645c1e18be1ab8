package dev.refractium.server;

import dev.refractium.server.config.ServerConfig;
import dev.refractium.server.net.Io;
import java.util.ArrayList;
import java.util.List;

/** The keys that event loops are made by, which live for as long as the server does. */
final class LoopKeys {
    private LoopKeys() {}

    /** Returns a line per key whose value in {@code now} differs from the one that the loops were made by. */
    static List<String> unapplied(ServerConfig started, ServerConfig now) {
        List<String> waiting = new ArrayList<>();
        if (ServerChecks.threads(started) != ServerChecks.threads(now)) {
            waiting.add(line("threads", ServerChecks.threads(now), ServerChecks.threads(started)));
        }
        if (isNio(started) != isNio(now)) {
            waiting.add(line("io", name(now), name(started)));
        }
        return waiting;
    }

    private static String line(String key, Object wanted, Object running) {
        return key + " = " + wanted + " takes effect at the next start; until then it is " + running;
    }

    private static String name(ServerConfig server) {
        return isNio(server) ? "nio" : "epoll";
    }

    private static boolean isNio(ServerConfig server) {
        return server.process().io().equals("nio") || Io.EPOLL.missing().isPresent();
    }
}
