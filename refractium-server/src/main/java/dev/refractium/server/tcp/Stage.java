package dev.refractium.server.tcp;

import dev.refractium.server.socket.Side;
import org.jspecify.annotations.Nullable;

/**
 * One part of the life of a TCP session, which is a sequence of stages: exactly one is current. A stage that is over
 * reports that to the session by {@link StageEvents}, which enters the next one. Loop thread only.
 */
interface Stage {
    /** Handles that a side can be read or written, or has finished dialling. */
    void ready(Side side, boolean readable, boolean writable);

    /** Handles that hooks let the session be read again. */
    void resumed();

    /** Releases its resources, since the session ends; the sides belong to the session. Called once. */
    void end();

    /** Returns the bytes that the client has sent before it has a backend; null once a backend has them. */
    default @Nullable EarlyBytes early() {
        return null;
    }

    /** Returns its name for people. Any thread. */
    String label();

    /** Returns how many of the client's bytes have been relayed; to another thread than the loop's, a moment ago. */
    default long fromClient() {
        return 0;
    }

    /** Returns how many of the backend's bytes have been relayed; to another thread than the loop's, a moment ago. */
    default long fromBackend() {
        return 0;
    }
}
