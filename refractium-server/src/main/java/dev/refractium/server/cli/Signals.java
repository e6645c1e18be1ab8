package dev.refractium.server.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The signals that end a server, or make it read its files again. The first SIGTERM or SIGINT ends the wait, the second
 * cuts the sessions, the third ends the process where it stands. A shutdown hook could do none of this: with one, the
 * process ends with 143 whatever it achieved, and never receives a second signal.
 *
 * <p>By reflection, because {@code sun.misc.Signal} is in no documented module and the compiler warns of its name.
 * Handlers run on threads that the JVM starts for them.
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

    /** Handles no signal yet. */
    Signals() {}

    /** Handles signals from now on. With -Xrs the JVM leaves them to the system. */
    static Signals install() {
        Signals signals = new Signals();
        signals.handle("TERM", signals::end);
        signals.handle("INT", signals::end);
        signals.handle("HUP", signals::hangUp);
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

    private void handle(String name, Runnable reaction) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handler}, new Reaction(reaction));
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            log.debug("signal {} is not handled", name, e);
        }
    }

    private record Reaction(Runnable reaction) implements InvocationHandler {
        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
                throws ReflectiveOperationException {
            if (method.getDeclaringClass() == Object.class) {
                return method.invoke(this, arguments);
            }
            reaction.run();
            return null;
        }
    }
}
