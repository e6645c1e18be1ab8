package dev.refractium.server.control;

import dev.refractium.server.report.Reload;
import dev.refractium.server.report.Status;

/**
 * The requests of an operator to a running server. Called on threads of the control socket, never on an event loop, by
 * up to eight at once; may block.
 */
public interface Administration {
    /** Returns the current status. */
    Status status();

    /**
     * Reads the configuration and the plugins again, and waits until that has been applied or refused.
     *
     * @throws RequestRefusedException if that is not possible now; a wrong configuration is an answer
     */
    Reload reload() throws RequestRefusedException;

    /**
     * Ends sessions, now or later.
     *
     * @return how many live sessions are affected
     * @throws RequestRefusedException if there is nothing of this name
     */
    int close(CloseRequest request) throws RequestRefusedException;
}
