package dev.refractium.server.plugin;

import static java.util.Objects.requireNonNull;

import dev.refractium.api.Identification;
import dev.refractium.api.Peek;
import dev.refractium.api.Protocol;
import java.util.concurrent.atomic.LongAdder;

/**
 * How often a plugin was asked about a session, and how often it threw instead of answering. Counted only on request,
 * since every new session asks. Any thread.
 */
public final class IdentifyStats {
    private final LongAdder asked = new LongAdder();
    private final LongAdder faults = new LongAdder();

    private final boolean inContext;

    /** Written by the thread that reloads, read by event loops. */
    private volatile boolean counted;

    /** @param inContext whether the plugin's class loader is the context class loader while the plugin is asked */
    IdentifyStats(boolean inContext) {
        this.inContext = inContext;
    }

    /**
     * The numbers of questions, and of those without an answer.
     *
     * @param faults what was thrown, and nulls
     */
    public record Count(long asked, long faults) {
        /** Returns what was counted after {@code earlier}. */
        public Count since(Count earlier) {
            return new Count(asked - earlier.asked, faults - earlier.faults);
        }

        /** Returns the share that had no answer, from 0 to 1. */
        public double share() {
            return asked == 0 ? 0 : (double) faults / asked;
        }
    }

    /** Sets whether to count from now on. */
    public void counted(boolean on) {
        counted = on;
    }

    /** Returns what was counted so far. */
    public Count count() {
        return new Count(asked.sum(), faults.sum());
    }

    Identification ask(Protocol plugin, Peek peek) {
        if (!counted) {
            return identify(plugin, peek);
        }
        asked.increment();
        try {
            return requireNonNull(identify(plugin, peek), "identify() gave null");
        } catch (Throwable thrown) {
            faults.increment();
            throw thrown;
        }
    }

    private Identification identify(Protocol plugin, Peek peek) {
        return inContext ? identifyInContext(plugin, peek) : plugin.identify(peek);
    }

    /** The thread is an event loop's, which other plugins' code runs on too. */
    private static Identification identifyInContext(Protocol plugin, Peek peek) {
        Thread loop = Thread.currentThread();
        ClassLoader before = loop.getContextClassLoader();
        loop.setContextClassLoader(plugin.getClass().getClassLoader());
        try {
            return plugin.identify(peek);
        } finally {
            loop.setContextClassLoader(before);
        }
    }
}
