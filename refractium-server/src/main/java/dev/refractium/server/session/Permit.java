package dev.refractium.server.session;

import dev.refractium.server.limit.ClientKey;
import dev.refractium.server.limit.ListenerGate;
import dev.refractium.server.text.Networks;

/**
 * A place that a client has been granted, in the limits of the server, of its listener and of its own; its holder gives
 * it back once. Any thread.
 */
public final class Permit implements Admitted {
    private final Admission admission;
    private final ClientKey client;
    private final ListenerGate gate;

    /** @param gate which the client has entered */
    Permit(Admission admission, ClientKey client, ListenerGate gate) {
        this.admission = admission;
        this.client = client;
        this.gate = gate;
    }

    /** Returns the clients that no limit per client applies to. */
    public Networks exempt() {
        return gate.exempt();
    }

    /** Gives the place back. */
    public void release() {
        gate.leave();
        admission.release(client);
    }
}
