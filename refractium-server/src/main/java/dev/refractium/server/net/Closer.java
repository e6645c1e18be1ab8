package dev.refractium.server.net;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Closes what was opened, the last first, unless {@link #keep} is called: for code that opens several things and may
 * fail after any of them. One thread.
 */
public final class Closer implements AutoCloseable {
    private final Deque<Runnable> opened = new ArrayDeque<>();

    /** Adds something that was opened, and returns it. */
    public <T> T add(T thing, Consumer<? super T> close) {
        opened.push(() -> close.accept(thing));
        return thing;
    }

    /** Adds a step that undoes what was done. */
    public void add(Runnable undo) {
        opened.push(undo);
    }

    /** Closes nothing any more: all that was added has an owner now. */
    public void keep() {
        opened.clear();
    }

    /** Closes all, even where one of them throws; the first throw goes on to the caller. */
    @Override
    public void close() {
        @Nullable Throwable first = null;
        while (!opened.isEmpty()) {
            try {
                opened.pop().run();
            } catch (RuntimeException | Error e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first instanceof Error error) {
            throw error;
        }
        if (first instanceof RuntimeException failure) {
            throw failure;
        }
    }
}
