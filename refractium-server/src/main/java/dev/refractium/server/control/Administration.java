package dev.refractium.server.control;

import dev.refractium.server.report.Reload;
import dev.refractium.server.report.Status;

/**
 * What an operator can ask of a running server. Called on threads of the control socket, never on an event loop, by up
 * to eight at once; may block.
 */
public interface Administration {
    /** How things are just now. */
    Status status();

    /**
     * Reads the configuration and the plugins again, and waits until that has been applied or refused.
     *
     * @throws RequestRefusedException if that is not possible just now; a configuration that is wrong is an answer
     */
    Reload reload() throws RequestRefusedException;

    /**
     * Ends sessions, at once or after a while.
     *
     * @return how many sessions that are live now it concerns
     * @throws RequestRefusedException if what it names is not there
     */
    int close(CloseRequest request) throws RequestRefusedException;
}
