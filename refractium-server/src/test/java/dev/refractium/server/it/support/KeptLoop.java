package dev.refractium.server.it.support;

import dev.refractium.api.Identification;
import dev.refractium.api.Peek;
import dev.refractium.api.Protocol;
import java.util.concurrent.CountDownLatch;

/** A protocol "kept" that begins with K and blocks the event loop that calls it until it is released. */
public final class KeptLoop implements Protocol {
    private final CountDownLatch release;

    private KeptLoop(CountDownLatch release) {
        this.release = release;
    }

    public static Protocol until(CountDownLatch release) {
        return new KeptLoop(release);
    }

    @Override
    public String name() {
        return "kept";
    }

    @Override
    public Identification identify(Peek peek) {
        if (peek.byteAt(0) != 'K') {
            return Identification.noMatch();
        }
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Identification.match();
    }
}
