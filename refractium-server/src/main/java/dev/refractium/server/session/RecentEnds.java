package dev.refractium.server.session;

import dev.refractium.server.identify.Inquiry;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The newest ends of sessions, a few of each reason. Of the ends of one reason between two calls of {@link #collect} only
 * the first is kept, and only that one costs more than a look. Any thread.
 */
public final class RecentEnds {
    /** How many ends of a reason are kept. */
    static final int MOST = 5;

    /** The first end since the last collection. Never changes but in its values. */
    private final Map<EndReason, AtomicReference<@Nullable Ended>> next = new EnumMap<>(EndReason.class);

    /** Newest last. Guarded by this, as the queues are. */
    private final Map<EndReason, Deque<Ended>> newest = new EnumMap<>(EndReason.class);

    RecentEnds() {
        for (EndReason why : EndReason.values()) {
            next.put(why, new AtomicReference<>());
        }
    }

    /**
     * The end of a session, or a refused client.
     *
     * @param at by {@link System#nanoTime}
     * @param route empty if it had none
     */
    public record Ended(EndReason why, long at, Optional<String> route, Facts facts) {}

    /**
     * Adds an end, unless there has been one since the last collection.
     *
     * @param session null if it was refused before there was one
     * @param known how the session was recognised, not kept; null if it was not read
     */
    void add(EndReason why, SocketAddress client, @Nullable LiveSession session, @Nullable Inquiry known) {
        AtomicReference<@Nullable Ended> first = Objects.requireNonNull(next.get(why));
        if (first.get() == null) {
            Optional<String> route = Optional.ofNullable(session).map(LiveSession::route);
            first.compareAndSet(null, new Ended(why, System.nanoTime(), route, Facts.of(why, client, known)));
        }
    }

    /** Returns the newest ends, each reason's oldest first. */
    synchronized List<Ended> collect() {
        List<Ended> all = new ArrayList<>();
        next.forEach((why, first) -> {
            Deque<Ended> ends = newest.computeIfAbsent(why, none -> new ArrayDeque<>());
            Ended added = first.getAndSet(null);
            if (added != null) {
                ends.add(added);
                if (ends.size() > MOST) {
                    ends.remove();
                }
            }
            all.addAll(ends);
        });
        return all;
    }
}
