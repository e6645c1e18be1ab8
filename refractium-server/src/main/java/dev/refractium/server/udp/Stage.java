package dev.refractium.server.udp;

import dev.refractium.server.net.Timers;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One part of a client's life, which is a sequence of stages: exactly one is current, the one that {@link Clients} finds.
 * A client whose first datagram decides has one stage only, its {@link UdpFlow}; before that, one whose protocol asks for
 * more datagrams is an {@link UndecidedFlow}. Each has its timeout. Loop thread only.
 */
abstract class Stage extends Timers.Timeout {
    /** The place in the table of clients, which alone reads and writes both. */
    int hash;

    @Nullable
    Stage nextInTable;

    /** Returns the client whose stage this is. */
    abstract Clients.Key key();

    /** Takes the client's next datagram. */
    abstract void received(ByteBuffer datagram);

    /** Ends as soon as it has been quiet for a moment, since the server closes. */
    abstract void drain();
}
