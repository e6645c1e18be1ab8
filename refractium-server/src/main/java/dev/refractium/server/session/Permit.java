package dev.refractium.server.session;

import dev.refractium.server.limit.ClientKey;
import dev.refractium.server.limit.ListenerGate;
import dev.refractium.server.limit.Refusal;
import dev.refractium.server.text.Networks;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * A place that a client has been granted, in the limits of the server, of its listener and of its own; its holder gives
 * it back once. Any thread.
 */
public final class Permit implements Admitted {
    private final Admission admission;
    private final ListenerGate gate;

    /** Null while it counts for no client. Set by the thread that holds the permit. */
    private @Nullable ClientKey client;

    /** @param gate where it has a place */
    Permit(Admission admission, @Nullable ClientKey client, ListenerGate gate) {
        this.admission = admission;
        this.client = client;
        this.gate = gate;
    }

    /** Returns the clients that no limit per client applies to. */
    public Networks exempt() {
        return gate.exempt();
    }

    /** Returns whether it counts for no client yet, since a trusted proxy will pass the client on. */
    public boolean awaitsClient() {
        return client == null;
    }

    /**
     * Counts a place of no client from now on as one of {@code client}, whose address a trusted proxy has passed on.
     *
     * @return why the client is refused, in which case the place still counts for no client; else null
     */
    public @Nullable EndReason countFor(InetAddress client) {
        if (this.client != null) {
            throw new IllegalStateException("it counts for a client");
        }
        Refusal refusal = gate.arrive(client);
        if (refusal != null) {
            return EndReason.of(refusal);
        }
        ClientKey key = ClientKey.of(client);
        if (!admission.acquire(key, client, gate.exempt())) {
            return EndReason.OVER_MAX_PER_IP;
        }
        this.client = key;
        return null;
    }

    /** Gives the place back. */
    public void release() {
        gate.leave();
        admission.release(client);
    }
}
