package dev.refractium.conformance;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The outcomes of all probes at one server, with samples of those to look at. Guarded by itself. */
final class Tally {
    private static final int FAILURES = 20;
    private static final int UNKNOWN = 5;
    private static final int WAYS = 6;
    private static final int SHOWN_BYTES = 400;

    private final String server;
    private final Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
    private final Map<String, Integer> refusals = new HashMap<>();
    private final List<String> failures = new ArrayList<>();
    private final List<String> unknown = new ArrayList<>();
    private int broken;

    Tally(String server) {
        this.server = server;
    }

    /** Counts one probe. */
    synchronized void add(Probe probe, Claim claim, Served served, Outcome outcome) {
        counts.merge(outcome, 1, Integer::sum);
        boolean fails = outcome == Outcome.BROKEN || (probe.isOrdinary() && outcome != Outcome.AGREED);
        broken += fails ? 1 : 0;
        if (served instanceof Served.Refused refused) {
            refusals.merge(refused.how(), 1, Integer::sum);
        }
        if ((fails || outcome == Outcome.MISMATCH) && failures.size() < FAILURES) {
            failures.add(sample(probe, claim, served, outcome));
        } else if (outcome == Outcome.UNKNOWN && unknown.size() < UNKNOWN) {
            unknown.add(sample(probe, claim, served, outcome));
        }
    }

    /** Counts a probe that the server was not asked with, as it accepted no connection. */
    synchronized void addBroken() {
        broken++;
    }

    synchronized int count(Outcome outcome) {
        return counts.getOrDefault(outcome, 0);
    }

    /** Returns how many probes the server was asked with. */
    synchronized int tried() {
        return counts.values().stream().mapToInt(count -> count).sum();
    }

    /**
     * Returns how many connections were not accepted, how many replies could not be read, and how many
     * ordinary clients the server did not serve.
     */
    synchronized int broken() {
        return broken;
    }

    /** Returns how the server refused, most frequent ways first. */
    synchronized String refusals() {
        return refusals.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .limit(WAYS)
                .map(way -> way.getKey() + " " + way.getValue())
                .collect(Collectors.joining(", "));
    }

    String server() {
        return server;
    }

    /** Returns a line for each of the first failures, and of the first names that the server does not know. */
    synchronized List<String> samples() {
        return Stream.concat(failures.stream(), unknown.stream()).toList();
    }

    private String sample(Probe probe, Claim claim, Served served, Outcome outcome) {
        return String.format(
                Locale.ROOT,
                "%s, %s: proxy %s, server %s [%s] %s",
                server,
                outcome,
                claim,
                served,
                probe.odd(),
                show(probe.bytes()));
    }

    /** Returns text as text, with escapes, and everything else as hexadecimal digits. */
    private static String show(byte[] bytes) {
        if (bytes.length > 0 && bytes[0] >= 0 && bytes[0] < ' ' && bytes[0] != '\r' && bytes[0] != '\n') {
            return HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, SHOWN_BYTES));
        }
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < bytes.length && i < SHOWN_BYTES; i++) {
            int next = bytes[i] & 0xff;
            switch (next) {
                case '\r' -> shown.append("\\r");
                case '\n' -> shown.append("\\n");
                default -> {
                    boolean plain = next >= ' ' && next < 0x7f && next != '\\';
                    shown.append(plain ? String.valueOf((char) next) : String.format(Locale.ROOT, "\\x%02x", next));
                }
            }
        }
        return shown.toString();
    }
}
