package dev.refractium.server.session;

import dev.refractium.api.Transport;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The first bytes of the newest clients that got no route, kept in memory for a while if an operator asks for it; nothing
 * is kept otherwise, and nothing after that. Any thread.
 */
public final class ClientSamples {
    /** How many clients are kept. */
    public static final int MOST = 100;

    /** How many bytes of each are kept. */
    public static final int LONGEST = 32;

    private static final Set<EndReason> WANTED =
            EnumSet.of(EndReason.UNMATCHED, EndReason.NO_ROUTE, EndReason.INCOMPLETE, EndReason.SILENT);

    private final LongSupplier clock;

    /** Null while it is off. */
    private volatile @Nullable Window window;

    /** @param clock nanoseconds, as {@link System#nanoTime} */
    ClientSamples(LongSupplier clock) {
        this.clock = clock;
    }

    /**
     * One client.
     *
     * @param at when it got no route, by {@link System#nanoTime}
     * @param bytes its first ones, not to be changed
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    public record Sample(long at, Transport transport, String listener, EndReason why, byte[] bytes) {}

    /** Keeps samples from now on, for this time; those that there are stay. */
    public void keepFor(Duration time) {
        window = new Window(clock.getAsLong() + time.toNanos(), newest());
    }

    /** Keeps none from now on, and forgets those that there are. */
    public void stop() {
        window = null;
    }

    /** Returns for how long samples are kept from now on; zero if none are. */
    public Duration left() {
        Window kept = current();
        return kept == null ? Duration.ZERO : Duration.ofNanos(kept.end - clock.getAsLong());
    }

    /** Returns the samples, the newest first. */
    public List<Sample> newest() {
        Window kept = current();
        return kept == null ? List.of() : kept.newest();
    }

    /** Returns whether a client that ends for this reason is to be added. Costs one read while it is off. */
    public boolean areWanted(EndReason why) {
        return window != null && WANTED.contains(why);
    }

    /**
     * Adds a client, if samples are kept; takes a lock then, for a moment.
     *
     * @param where the listener that it came to
     * @param said what it has sent, which stays as it is
     */
    public void add(ListenerMeter where, EndReason why, ByteBuffer said) {
        Window kept = current();
        if (kept != null) {
            byte[] first = new byte[Math.min(LONGEST, said.remaining())];
            said.get(said.position(), first);
            kept.add(new Sample(clock.getAsLong(), where.transport(), where.name(), why, first));
        }
    }

    /** Forgets the window if it is over. */
    private @Nullable Window current() {
        Window kept = window;
        if (kept != null && kept.end - clock.getAsLong() <= 0) {
            window = null;
            return null;
        }
        return kept;
    }

    private static final class Window {
        /** When it is over. */
        private final long end;

        /** The newest first. Guarded by this. */
        private final ArrayDeque<Sample> samples;

        Window(long end, List<Sample> samples) {
            this.end = end;
            this.samples = new ArrayDeque<>(samples);
        }

        synchronized void add(Sample sample) {
            if (samples.size() == MOST) {
                samples.removeLast();
            }
            samples.addFirst(sample);
        }

        synchronized List<Sample> newest() {
            return List.copyOf(samples);
        }
    }
}
