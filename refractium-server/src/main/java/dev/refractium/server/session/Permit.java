package dev.refractium.server.session;

import dev.refractium.server.limit.ClientKey;

/**
 * A place that a client has been granted, in the server's limit and in its own; its holder gives it back once. Any
 * thread.
 */
public final class Permit implements Admitted {
    private final Admission admission;
    private final ClientKey client;

    Permit(Admission admission, ClientKey client) {
        this.admission = admission;
        this.client = client;
    }

    /** Gives the place back. */
    public void release() {
        admission.release(client);
    }
}
