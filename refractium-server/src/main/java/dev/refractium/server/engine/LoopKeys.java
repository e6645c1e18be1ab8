package dev.refractium.server.engine;

import dev.refractium.server.config.ServerConfig;
import dev.refractium.server.net.DirectMemory;
import dev.refractium.server.net.IoKind;
import dev.refractium.server.text.Escape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that event loops are made by. The loops live as long as the server, so these keys take effect at its start.
 */
public final class LoopKeys {
    /** The largest value of the key. */
    private static final int MOST_THREADS = 256;

    private static final Logger log = LoggerFactory.getLogger(LoopKeys.class);

    private LoopKeys() {}

    /** Returns the number of event loops for TCP: the key's value, or one per core as far as memory allows. */
    public static int threads(ServerConfig server) {
        return server.process()
                .threads()
                .orElseGet(() -> Math.max(
                        1,
                        Math.min(
                                MOST_THREADS, Math.min(Runtime.getRuntime().availableProcessors(), fittingThreads()))));
    }

    /** Returns how many event loops fit into direct memory beside that of UDP. */
    public static int fittingThreads() {
        return DirectMemory.fittingLoops() - 1;
    }

    /** Returns the kind of sockets that the loops use. */
    public static IoKind io(ServerConfig server) {
        if (server.process().io().equals("nio")) {
            return IoKind.NIO;
        }
        Optional<String> missing = IoKind.EPOLL.missing();
        missing.ifPresent(why -> log.info("io=nio reason={}", Escape.quoted("epoll cannot be used here: " + why)));
        return missing.isEmpty() ? IoKind.EPOLL : IoKind.NIO;
    }

    /** Returns a line per key whose value in {@code now} differs from the value that the loops were made by. */
    static List<String> unapplied(ServerConfig started, ServerConfig now) {
        List<String> waiting = new ArrayList<>();
        if (threads(started) != threads(now)) {
            waiting.add(line("threads", threads(now), threads(started)));
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
        return server.process().io().equals("nio") || IoKind.EPOLL.missing().isPresent();
    }
}
