package dev.refractium.server.admin;

import dev.refractium.server.report.History;
import dev.refractium.server.report.Measures;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/** Samples of ten minutes: of the server every two seconds, of the busiest routes every twenty. One thread at a time. */
final class HistoryBuffer {
    static final long EVERY_MS = 2_000;

    /** How many samples of the server are kept. */
    static final int MOST = 300;

    /** How many samples of the server are one of the routes. */
    static final int TOGETHER = 10;

    /** How many routes have samples of their own. */
    static final int MOST_ROUTES = 200;

    private static final Key OTHERS = new Key("", "", "", "other");

    private final Deque<Total> totals = new ArrayDeque<>();

    /** Bytes by route, the oldest twenty seconds first. */
    private final Deque<Map<Key, Long>> columns = new ArrayDeque<>();

    /** Bytes by route since the last column. */
    private final Map<Key, Long> moved = new HashMap<>();

    private Map<Key, Measures.Counts> before = Map.of();
    private long openedBefore;
    private long taken;
    private long newest;

    private record Key(String listener, String transport, String protocol, String route) {
        static Key of(Measures.Sessions sessions) {
            Measures.Listener listener = sessions.listener();
            return new Key(listener.name(), listener.transport(), sessions.protocol(), sessions.route());
        }
    }

    private record Total(long live, long opened, long fromClient, long fromBackend) {}

    /**
     * Adds a sample.
     *
     * @param now when it was taken, by {@link System#nanoTime}
     */
    void add(Measures measures, long now) {
        Map<Key, Measures.Counts> counters = new HashMap<>();
        measures.sessions().forEach(sessions -> counters.put(Key.of(sessions), sessions.counts()));
        long opened = measures.listeners().stream()
                .mapToLong(Measures.Listener::opened)
                .sum();
        if (taken > 0) {
            counters.forEach((key, counts) -> moved.merge(
                    key,
                    risen(key, counts, Measures.Counts::fromClient) + risen(key, counts, Measures.Counts::fromBackend),
                    Long::sum));
        }
        push(
                totals,
                MOST,
                new Total(
                        counters.values().stream()
                                .mapToLong(Measures.Counts::live)
                                .sum(),
                        taken > 0 ? Math.max(0, opened - openedBefore) : 0,
                        taken > 0 ? risen(counters, Measures.Counts::fromClient) : 0,
                        taken > 0 ? risen(counters, Measures.Counts::fromBackend) : 0));
        before = counters;
        openedBefore = opened;
        newest = now;
        if (++taken % TOGETHER == 0) {
            push(columns, MOST / TOGETHER, busiest(moved));
            moved.clear();
        }
    }

    private static <T> void push(Deque<T> kept, int most, T added) {
        kept.add(added);
        if (kept.size() > most) {
            kept.remove();
        }
    }

    private long risen(Map<Key, Measures.Counts> counters, ToLongFunction<Measures.Counts> counter) {
        return counters.entrySet().stream()
                .mapToLong(entry -> risen(entry.getKey(), entry.getValue(), counter))
                .sum();
    }

    /** Returns by how much a counter has risen since the last sample; one that is new has begun with zero. */
    private long risen(Key key, Measures.Counts counts, ToLongFunction<Measures.Counts> counter) {
        Measures.Counts last = before.get(key);
        return Math.max(0, counter.applyAsLong(counts) - (last == null ? 0 : counter.applyAsLong(last)));
    }

    /** Returns the routes with the most bytes, and the sum of all others. */
    private static Map<Key, Long> busiest(Map<Key, Long> bytes) {
        Map<Key, Long> busiest = new HashMap<>();
        List<Map.Entry<Key, Long>> sorted = bytes.entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .sorted(Map.Entry.<Key, Long>comparingByValue().reversed())
                .toList();
        int left = MOST_ROUTES;
        for (Map.Entry<Key, Long> entry : sorted) {
            boolean own = left > 0 && !entry.getKey().equals(OTHERS);
            left -= own ? 1 : 0;
            busiest.merge(own ? entry.getKey() : OTHERS, entry.getValue(), Long::sum);
        }
        return busiest;
    }

    /** Returns what is kept, the oldest first. */
    History report(long now) {
        Map<Key, Long> sums = new HashMap<>();
        columns.forEach(column -> column.forEach((key, bytes) -> sums.merge(key, bytes, Long::sum)));
        Set<Key> shown = busiest(sums).keySet();
        return new History(
                TimeUnit.NANOSECONDS.toMillis(now - newest),
                new History.Totals(
                        EVERY_MS,
                        list(Total::live),
                        list(Total::opened),
                        list(Total::fromClient),
                        list(Total::fromBackend)),
                TOGETHER * EVERY_MS,
                shown.stream().map(key -> route(key, shown)).toList());
    }

    private List<Long> list(ToLongFunction<Total> part) {
        return totals.stream().mapToLong(part).boxed().toList();
    }

    private History.Route route(Key key, Set<Key> shown) {
        List<Long> bytes = columns.stream()
                .map(column -> key.equals(OTHERS) ? others(column, shown) : column.getOrDefault(key, 0L))
                .toList();
        return new History.Route(key.listener(), key.transport(), key.protocol(), key.route(), bytes);
    }

    private static long others(Map<Key, Long> column, Set<Key> shown) {
        return column.entrySet().stream()
                .filter(entry -> entry.getKey().equals(OTHERS) || !shown.contains(entry.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }
}
