package dev.refractium.server.watch;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notifies of events in directories. A look must find out what happened: events are lost, doubled and named after
 * links, and some systems have none. One thread, except {@link #close}.
 */
final class DirectoryEvents implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DirectoryEvents.class);

    private final @Nullable WatchService service;
    private final Map<Path, WatchKey> keys = new HashMap<>();

    DirectoryEvents() {
        this.service = service();
    }

    /** Listens at these directories from now on, and at no others. */
    void listen(Set<Path> directories) {
        if (service == null) {
            return;
        }
        Map<Path, WatchKey> before = new HashMap<>(keys);
        keys.clear();
        for (Path directory : directories) {
            try {
                // The same key for the same directory; another key if it was replaced.
                keys.put(
                        directory,
                        directory.register(
                                service,
                                StandardWatchEventKinds.ENTRY_CREATE,
                                StandardWatchEventKinds.ENTRY_MODIFY,
                                StandardWatchEventKinds.ENTRY_DELETE));
            } catch (IOException e) {
                log.debug("cannot listen at {}", directory, e);
            }
        }
        before.values().stream().filter(key -> !keys.containsValue(key)).forEach(WatchKey::cancel);
    }

    /** Waits for an event, {@code ms} at most. */
    void await(long ms) throws InterruptedException {
        if (service == null) {
            TimeUnit.MILLISECONDS.sleep(ms);
            return;
        }
        for (WatchKey key = service.poll(ms, TimeUnit.MILLISECONDS); key != null; key = service.poll()) {
            key.pollEvents();
            key.reset();
        }
    }

    @Override
    public void close() {
        try {
            if (service != null) {
                service.close();
            }
        } catch (IOException | ClosedWatchServiceException e) {
            log.debug("closing", e);
        }
    }

    private static @Nullable WatchService service() {
        try {
            return FileSystems.getDefault().newWatchService();
        } catch (IOException | UnsupportedOperationException | OutOfMemoryError e) { // The last for want of a thread.
            log.info("no file events, polling instead reason=\"{}\"", e.getMessage());
            return null;
        }
    }
}
