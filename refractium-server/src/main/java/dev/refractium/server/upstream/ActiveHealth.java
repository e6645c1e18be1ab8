package dev.refractium.server.upstream;

import dev.refractium.server.upstream.HealthRules.Thresholds;

/** What probes show about one target. Written by the target as its probes end; any thread reads it. */
final class ActiveHealth {
    /** What is known: nothing before the first success, or as many failures as it takes. */
    private enum State {
        UNKNOWN,
        UP,
        DOWN
    }

    private volatile State state = State.UNKNOWN;

    /** Probes in a row that contradict the state; guarded by the monitor. */
    private int against;

    /** Whether the last probe failed and the target is not down yet. */
    private volatile boolean doubtful;

    boolean isUp() {
        return state == State.UP;
    }

    boolean isDown() {
        return state == State.DOWN;
    }

    boolean isDoubtful() {
        return doubtful;
    }

    synchronized void succeeded(Thresholds thresholds) {
        doubtful = false;
        if (state != State.DOWN || ++against >= thresholds.rise()) {
            state = State.UP;
            against = 0;
        }
    }

    synchronized void failed(Thresholds thresholds) {
        if (state == State.DOWN) {
            against = 0;
            return;
        }
        against++;
        if (against >= thresholds.fall()) {
            state = State.DOWN;
            against = 0;
        }
        doubtful = state != State.DOWN;
    }

    /** Forgets everything: the target is not probed any more. */
    synchronized void forget() {
        state = State.UNKNOWN;
        against = 0;
        doubtful = false;
    }
}
