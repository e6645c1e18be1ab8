package dev.refractium.server.control;

import dev.refractium.server.report.LiveSessions;
import dev.refractium.server.report.Measures;
import dev.refractium.server.report.Recent;
import dev.refractium.server.report.Reload;
import dev.refractium.server.report.Samples;
import dev.refractium.server.report.Status;
import java.util.List;

/**
 * The requests of an operator to a running server. Called on threads of the control socket, never on an event loop, by
 * up to eight at once; may block.
 */
public interface Administration {
    /** Returns the current status. */
    Status status();

    /**
     * Returns why the server is not to be given clients: it is not ready, as the status has it, or health checks have had no
     * first result since the start; empty if it is. Costs next to nothing.
     */
    List<String> unready();

    /** Returns what has been counted and measured since the start. */
    Measures measures();

    /** Returns a page of the live sessions. */
    LiveSessions sessions(SessionsRequest request);

    /** Returns the first bytes of clients that got no route, as far as they are kept. */
    Samples samples();

    /**
     * Keeps such bytes for a while, or no longer.
     *
     * @param by the user who ordered it, for the log
     * @return what is kept now
     */
    Samples sample(SamplesRequest request, String by);

    /** Returns the newest ends of sessions, a few of each reason. */
    Recent recent();

    /** Returns for how many milliseconds an event loop has not answered; 0 if all answer. Costs nothing. */
    long stuckMs();

    /**
     * Reads the configuration and the plugins again, and waits until that has been applied or refused.
     *
     * @param force whether to take a map that has lost most of its names
     * @throws RequestRefusedException if that is not possible now; a wrong configuration is an answer
     */
    Reload reload(boolean force) throws RequestRefusedException;

    /** Reloads as {@link #reload(boolean)} does, without force. */
    default Reload reload() throws RequestRefusedException {
        return reload(false);
    }

    /**
     * Ends sessions, now or later.
     *
     * @return how many live sessions are affected
     * @throws RequestRefusedException if there is nothing of this name
     */
    int close(CloseRequest request) throws RequestRefusedException;

    /**
     * Orders what a backend is to do from now on.
     *
     * @param by the user who gives the order, for the log and the status
     * @throws RequestRefusedException if there is no such backend, or it is the last live one of a pool
     */
    BackendAnswer order(BackendRequest request, String by) throws RequestRefusedException;

    /**
     * Offers the listeners to a process that is to serve in this one's place.
     *
     * @throws RequestRefusedException if they cannot be passed on, or another process has been offered them
     */
    ListenerOffer offer() throws RequestRefusedException;
}
