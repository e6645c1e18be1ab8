package dev.refractium.server.hook;

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

/** A hook that wants both directions and drops, unless it is told otherwise. */
final class TestHook implements Hook {
    final AtomicInteger closes = new AtomicInteger();
    private final Function<Session, @Nullable Tap> opener;
    private Set<Direction> bytes = EnumSet.allOf(Direction.class);
    private long firstBytes = Long.MAX_VALUE;
    private Overflow overflow = Overflow.drop();
    private Runnable flush = () -> {};

    TestHook(Function<Session, @Nullable Tap> opener) {
        this.opener = opener;
    }

    TestHook bytes(Set<Direction> wanted) {
        bytes = wanted;
        return this;
    }

    TestHook firstBytes(long count) {
        firstBytes = count;
        return this;
    }

    TestHook overflow(Overflow policy) {
        overflow = policy;
        return this;
    }

    TestHook flush(Runnable what) {
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
