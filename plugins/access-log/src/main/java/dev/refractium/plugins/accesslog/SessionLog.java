package dev.refractium.plugins.accesslog;

import dev.refractium.api.Session;
import dev.refractium.api.SessionEnd;
import dev.refractium.api.Tap;
import dev.refractium.plugins.parts.hook.RefusalLimit;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The lines of sessions, in one format, on their way to a file, a syslog or both. Any thread. */
final class SessionLog {
    /** More than most lines have. */
    private static final int USUAL = 768;

    private final Format format;
    private final List<Sink> sinks;

    /** Null where refused sessions are not logged. */
    private final @Nullable RefusalLimit refusals;

    /** Null where sessions that go on are not logged. */
    private final @Nullable Intervals intervals;

    SessionLog(Format format, List<Sink> sinks, @Nullable RefusalLimit refusals, @Nullable Intervals intervals) {
        this.format = format;
        this.sinks = List.copyOf(sinks);
        this.refusals = refusals;
        this.intervals = intervals;
    }

    int descriptors() {
        return sinks.stream().mapToInt(Sink::descriptors).sum();
    }

    boolean takesRefusals() {
        return refusals != null;
    }

    Tap open(Session session) {
        return intervals == null
                ? end -> add(Entry.ended(session, end))
                : intervals.open(session, this::add, this::flushSinks);
    }

    void refused(Session session, SessionEnd end) {
        if (refusals != null) {
            add(refusals.add(session, end));
        }
    }

    void flush() {
        if (refusals != null) {
            add(refusals.due());
        }
        flushSinks();
    }

    void close() {
        if (intervals != null) {
            intervals.close();
        }
        if (refusals != null) {
            add(refusals.rest());
        }
        sinks.forEach(Sink::close);
    }

    private void flushSinks() {
        sinks.forEach(Sink::flush);
    }

    private void add(List<RefusalLimit.Refusal> refused) {
        refused.forEach(one -> add(Entry.refused(one.session(), one.end(), one.count())));
    }

    private void add(Entry entry) {
        StringBuilder out = new StringBuilder(USUAL);
        format.write(entry, out);
        byte[] line = out.append('\n').toString().getBytes(StandardCharsets.US_ASCII);
        sinks.forEach(sink -> sink.add(line));
    }
}
