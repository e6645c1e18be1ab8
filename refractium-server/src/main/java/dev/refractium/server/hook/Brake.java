package dev.refractium.server.hook;

/** Holds a session's reading as long as any of its taps wants it held. Loop only, but for {@link #execute}. */
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
