package dev.refractium.server.control;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs a repeated failure once, however long it lasts. Any thread. */
final class Trouble {
    private static final Logger log = LoggerFactory.getLogger(ControlServer.class);

    private final AtomicBoolean logged = new AtomicBoolean();

    /** Logs {@code what} with its reason, as a warning the first time since {@link #over}. */
    void log(String what, Throwable e) {
        if (logged.getAndSet(true)) {
            log.debug(what, e);
        } else {
            log.warn("{} reason=\"{}\"", what, String.valueOf(e.getMessage()));
        }
    }

    /** Records that what failed has succeeded. */
    void over() {
        logged.set(false);
    }
}
