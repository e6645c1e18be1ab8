package dev.refractium.server.session;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * A place that a client has been granted, in the server's limit and in its own; its holder gives it back once. Any
 * thread.
 */
public final class Permit implements Admitted {
    private final Admission admission;

    /** Null while it counts for no client. Set by the thread that holds the permit. */
    private @Nullable ClientKey client;

    Permit(Admission admission, @Nullable ClientKey client) {
        this.admission = admission;
        this.client = client;
    }

    /** Returns whether it counts for no client yet, since a trusted proxy will pass the client on. */
    public boolean awaitsClient() {
        return client == null;
    }

    /**
     * Counts a place of no client from now on as one of {@code client}, whose address a trusted proxy has passed on.
     *
     * @return the limit that the client would exceed, in which case the place still counts for no client; else null
     */
    public @Nullable EndReason countFor(InetAddress client) {
        if (this.client != null) {
            throw new IllegalStateException("it counts for a client");
        }
        ClientKey key = ClientKey.of(client);
        if (!admission.acquire(key)) {
            return EndReason.OVER_MAX_PER_IP;
        }
        this.client = key;
        return null;
    }

    /** Gives the place back. */
    public void release() {
        admission.release(client);
    }
}
