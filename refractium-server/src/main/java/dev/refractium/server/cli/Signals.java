package dev.refractium.server.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The signals that end a server, or make it read its files again. The first SIGTERM or SIGINT ends the wait, the second
 * cuts the sessions, the third ends the process where it stands. A shutdown hook could do none of this: with one, the
 * process ends with 143 whatever it achieved, and never receives a second signal.
 *
 * <p>Handlers run on threads that the JVM starts for them.
 */
final class Signals {
    private static final Logger log = LoggerFactory.getLogger(Signals.class);

    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicInteger heard = new AtomicInteger();

    /** The number of hang-ups since a reload began whose handlers do not wait; zero while no reload runs. */
    private final AtomicInteger hangUps = new AtomicInteger();

    /** Written by the thread that starts the server, read by handlers. */
    private volatile Runnable hurry = Signals::halt;

    /** Written by the thread that starts the server, read by handlers. */
    private volatile Runnable reload = () -> log.info("SIGHUP: starting, so the files are being read as it is");

    private SystemSignals.Disposition hangUpDisposition = SystemSignals.Disposition.HANDLED;

    /** Handles no signal yet. */
    Signals() {}

    /** Handles signals from now on. With -Xrs the JVM leaves them to the system. */
    static Signals install() {
        Signals signals = new Signals();
        SystemSignals.handle("TERM", signals::end);
        SystemSignals.handle("INT", signals::end);
        signals.hangUpDisposition = SystemSignals.handle("HUP", signals::hangUp);
        return signals;
    }

    /** Sets what a second signal does; by default it ends the process. */
    void onSecond(Runnable hurry) {
        this.hurry = hurry;
    }

    /** Sets what SIGHUP does; by default nothing. */
    void onHangUp(Runnable reload) {
        this.reload = reload;
    }

    /** Logs it where SIGHUP will do nothing. */
    void reportHangUps() {
        switch (hangUpDisposition) {
            case HANDLED -> {}
            case IGNORED ->
                log.info("SIGHUP ignored: the process was started that way, as by nohup;"
                        + " use `refractium reload` to read the files again");
            case UNAVAILABLE -> log.debug("SIGHUP not handled: this system or the JVM's options do not allow it");
        }
    }

    /** Waits for the first signal. */
    void await() throws InterruptedException {
        ended.await();
    }

    /** Waits for the first signal, for {@code ms} at most, and returns whether it has come. */
    boolean await(long ms) throws InterruptedException {
        return ended.await(ms, TimeUnit.MILLISECONDS);
    }

    /**
     * Handles a hang-up. The JVM starts a thread for each: the first one reloads, and once more for all that come
     * meanwhile, whose threads return at once.
     */
    void hangUp() {
        if (hangUps.getAndIncrement() > 0) {
            return;
        }
        int seen;
        do {
            seen = hangUps.get();
            runReload();
        } while (!hangUps.compareAndSet(seen, 0));
    }

    private void runReload() {
        try {
            reload.run();
        } catch (Throwable e) {
            log.error("SIGHUP failed", e);
        }
    }

    /** The action of a signal. */
    void end() {
        int count = heard.incrementAndGet();
        if (count == 1) {
            ended.countDown();
        } else if (count == 2) {
            hurry.run();
        } else {
            halt();
        }
    }

    private static void halt() {
        Runtime.getRuntime().halt(ExitCode.COULD_NOT_RUN);
    }
}
