package dev.refractium.server.hook;

/** Pauses the reading of a session as long as any of its taps holds it. Loop only, except {@link #execute}. */
final class Brake {
    private final ReadControl reading;
    private int holds;

    Brake(ReadControl reading) {
        this.reading = reading;
    }

    void hold(long ms) {
        if (holds++ == 0) {
            reading.hold(ms);
        }
    }

    void release() {
        if (--holds == 0) {
            reading.resume();
        }
    }

    void execute(Runnable task) {
        reading.execute(task);
    }
}
