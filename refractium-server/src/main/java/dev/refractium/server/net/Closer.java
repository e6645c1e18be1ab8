package dev.refractium.server.net;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Closes resources in the reverse order of their opening, unless {@link #keep} is called: for code that opens several of
 * them and may fail after any. One thread.
 */
public final class Closer implements AutoCloseable {
    private final Deque<Runnable> opened = new ArrayDeque<>();

    /** Adds a resource that was opened, and returns it. */
    public <T> T add(T thing, Consumer<? super T> close) {
        opened.push(() -> close.accept(thing));
        return thing;
    }

    /** Adds a step that undoes an earlier one. */
    public void add(Runnable undo) {
        opened.push(undo);
    }

    /** Forgets all resources: they have an owner now. */
    public void keep() {
        opened.clear();
    }

    /** Closes all resources, even if one of them throws; rethrows the first exception. */
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
