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

    /** Lets go of what it holds, since the session ends; the sides are the session's. Called once. */
    void end();

    /** Returns what the client has said before it has a backend; null once a backend has it. */
    default @Nullable EarlyBytes early() {
        return null;
    }

    /** Returns how many bytes have been relayed, both ways together. */
    default long moved() {
        return 0;
    }
}
