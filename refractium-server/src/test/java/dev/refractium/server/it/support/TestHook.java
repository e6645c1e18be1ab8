package dev.refractium.server.it.support;

import dev.refractium.api.Direction;
import dev.refractium.api.Hook;
import dev.refractium.api.Overflow;
import dev.refractium.api.Session;
import dev.refractium.api.Tap;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A hook whose taps are the test's. Receives all bytes of both directions, and loses those it is late for by default. */
public final class TestHook implements Hook {
    public final AtomicInteger closes = new AtomicInteger();
    private final Function<Session, @Nullable Tap> opener;
    private Set<Direction> bytes = EnumSet.allOf(Direction.class);
    private long firstBytes = Long.MAX_VALUE;
    private Overflow overflow = Overflow.drop();
    private Runnable flush = () -> {};

    public TestHook(Function<Session, @Nullable Tap> opener) {
        this.opener = opener;
    }

    public TestHook bytes(Set<Direction> wanted) {
        bytes = wanted;
        return this;
    }

    public TestHook firstBytes(long count) {
        firstBytes = count;
        return this;
    }

    public TestHook overflow(Overflow policy) {
        overflow = policy;
        return this;
    }

    public TestHook flush(Runnable what) {
        flush = what;
        return this;
    }

    @Override
    public String name() {
        return "test";
    }

    @Override
    public Set<Direction> bytes() {
        return bytes;
    }

    @Override
    public long firstBytes() {
        return firstBytes;
    }

    @Override
    public Overflow overflow() {
        return overflow;
    }

    @Override
    public @Nullable Tap open(Session session) {
        return opener.apply(session);
    }

    @Override
    public void flush() {
        flush.run();
    }

    @Override
    public void close() {
        closes.incrementAndGet();
    }
}
