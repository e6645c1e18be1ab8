package dev.refractium.server.udp;

import dev.refractium.api.Transport;
import dev.refractium.server.net.Peer;
import java.net.InetSocketAddress;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The clients of a loop, each with its current stage, by the listener and the client's address. A stage is its own entry
 * in the table, so that a datagram finds it, and it comes and goes, without an allocation. Loop thread only.
 */
final class Clients {
    private static final int FIRST_SLOTS = 256;

    /**
     * Random, so that a sender that forges IPv4 addresses cannot choose their slots. The JDK's hash code of IPv6 addresses
     * lets some collide in any case; the limits of sessions bound how many.
     */
    private final long multiplier = ThreadLocalRandom.current().nextLong() | 1;

    /** Chains of stages; a power of two of them. */
    private @Nullable Stage[] slots = new Stage[FIRST_SLOTS];

    private int size;

    /**
     * A client of one listener: the same client may send to several of our addresses, and through several proxies.
     *
     * @param peer where its datagrams come from and answers go: the client, or the proxy that has passed it on
     * @param destination the address that the client sent to
     */
    record Key(UdpListener listener, InetSocketAddress client, InetSocketAddress peer, InetSocketAddress destination)
            implements Peer {
        /** A client that no proxy has passed on. */
        Key(UdpListener listener, InetSocketAddress client) {
            this(listener, client, client, listener.address());
        }

        @Override
        public Transport transport() {
            return Transport.UDP;
        }

        @Override
        public InetSocketAddress local() {
            return listener.address();
        }
    }

    /**
     * Returns the current stage of a client; null if the client has none.
     *
     * @param peer where its datagram came from: {@code client} itself, or a proxy
     */
    @Nullable
    Stage find(UdpListener listener, InetSocketAddress client, InetSocketAddress peer) {
        int hash = hash(client);
        for (Stage stage = slots[slot(hash)]; stage != null; stage = stage.nextInTable) {
            if (stage.hash == hash && is(stage.key(), listener, client, peer)) {
                return stage;
            }
        }
        return null;
    }

    /** Adds the stage of a client that has none. */
    void add(Stage stage) {
        if (size == slots.length) {
            grow();
        }
        stage.hash = hash(stage.key().client());
        insert(stage);
        size++;
    }

    /** Removes a stage, if it is there. */
    void remove(Stage stage) {
        int slot = slot(stage.hash);
        Stage before = null;
        Stage at = slots[slot];
        while (at != null && at != stage) {
            before = at;
            at = at.nextInTable;
        }
        if (at == null) {
            return;
        }
        if (before == null) {
            slots[slot] = stage.nextInTable;
        } else {
            before.nextInTable = stage.nextInTable;
        }
        stage.nextInTable = null;
        size--;
    }

    /** Passes each current stage to {@code action}, which adds and removes none. */
    void forEach(Consumer<Stage> action) {
        for (Stage first : slots) {
            for (Stage stage = first; stage != null; stage = stage.nextInTable) {
                action.accept(stage);
            }
        }
    }

    private void grow() {
        @Nullable Stage[] before = slots;
        slots = new Stage[before.length * 2];
        for (Stage first : before) {
            Stage next;
            for (Stage stage = first; stage != null; stage = next) {
                next = stage.nextInTable;
                insert(stage);
            }
        }
    }

    private void insert(Stage stage) {
        int slot = slot(stage.hash);
        stage.nextInTable = slots[slot];
        slots[slot] = stage;
    }

    /** Uses the upper bits, which depend on all bits of the address. */
    private int slot(int hash) {
        return hash >>> Integer.numberOfLeadingZeros(slots.length - 1);
    }

    private int hash(InetSocketAddress client) {
        long bits = (long) client.getAddress().hashCode() << 16 | client.getPort();
        return (int) ((bits * multiplier) >>> 32);
    }

    /** Most clients are peers: the same object is both, which saves a comparison. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean is(Key key, UdpListener listener, InetSocketAddress client, InetSocketAddress peer) {
        return key.listener() == listener
                && key.client().equals(client)
                && ((key.peer() == key.client() && peer == client) || key.peer().equals(peer));
    }
}
