package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SignalsTest {
    private final Signals signals = new Signals();
    private final AtomicInteger reloads = new AtomicInteger();

    @Test
    void hangUpsDuringAReloadHoldNoThreadAndShareTheNextReload() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        signals.onHangUp(() -> {
            if (reloads.incrementAndGet() == 1) {
                begun.countDown();
                awaitQuietly(go);
            }
        });
        Thread first = new Thread(signals::hangUp, "first-hang-up");
        first.start();
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();

        for (int i = 0; i < 2_000; i++) {
            signals.hangUp(); // would not return if it waited for the reload
        }
        go.countDown();
        first.join();

        assertThat(reloads).hasValue(2);
    }

    @Test
    void eachHangUpAfterAReloadReloads() {
        signals.onHangUp(reloads::incrementAndGet);

        signals.hangUp();
        signals.hangUp();

        assertThat(reloads).hasValue(2);
    }

    @Test
    void reloadThatThrowsDoesNotPreventTheNextOne() {
        signals.onHangUp(() -> {
            if (reloads.incrementAndGet() == 1) {
                throw new OutOfMemoryError("unable to create native thread");
            }
        });

        signals.hangUp();
        signals.hangUp();

        assertThat(reloads).hasValue(2);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
