package dev.refractium.server.udp;

import dev.refractium.server.net.IoFailure;
import dev.refractium.server.net.LocalFailures;
import dev.refractium.server.session.EndReason;
import dev.refractium.server.session.Failover;
import dev.refractium.server.socket.UdpSocket;
import dev.refractium.server.upstream.Target;
import java.io.IOException;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The backend's side of a flow: the socket, the target that the socket is connected to, and what errors and silence show
 * of that target. Loop thread only.
 */
final class BackendSide implements UdpSocket.Owner {
    private static final Logger log = LoggerFactory.getLogger(BackendSide.class);

    /** Loaded with this class, since no class can be loaded while there are no descriptors. */
    private static final LocalFailures LOCAL = LocalFailures.OF_PROCESS;

    private static final int DATAGRAMS_A_TURN = 32;

    /** The room of an IPv4 packet behind its own header and UDP's (RFC 791, 3.1; RFC 768). */
    private static final int MOST_BY_IPV4 = 65_535 - 20 - 8;

    /** An answer is noted as a sign of the target's health this often. */
    private static final long NOTED_EVERY_MS = 1_000;

    /** This many errors of our own in a row end the flow. */
    private static final int MOST_ERRORS = 16;

    private final UdpFlow flow;
    private final UdpListener listener;
    private final UdpDial dial;
    private UdpSocket socket;

    /** Null if the backend gets none. */
    private final @Nullable DatagramHeader header;

    /** The first datagram; null if it cannot be sent to another target, or not any more. */
    private @Nullable FirstDatagram first;

    private boolean judged;
    private long notedAt;
    private int errors;

    /** @param socket connected by {@code dial}; owned by this side from now on */
    BackendSide(UdpFlow flow, UdpDial dial, UdpSocket socket, @Nullable DatagramHeader header) {
        this.header = header;
        this.flow = flow;
        this.listener = flow.key().listener();
        this.dial = dial;
        this.socket = socket;
    }

    /** Begins to receive from the target. */
    void open() {
        judged = false;
        if (header != null) {
            header.begin();
        }
        socket.register(listener.loop(), this);
        flow.connected(dial.target());
    }

    /** Keeps a copy of the first datagram if there is another target that it may be sent to, and room. */
    void keep(ByteBuffer datagram, long most) {
        if (dial.hasOther()) {
            first = FirstDatagram.of(datagram, listener.firstMemory(), most);
        }
    }

    Target target() {
        return dial.target();
    }

    /** Returns the target that was dialled last; null before the first. To another thread it may be a moment old. */
    @Nullable
    Target tried() {
        return dial.tried();
    }

    /** Returns whether a datagram, which came by IPv6, is larger than one of IPv4 can be. */
    boolean isTooLarge(ByteBuffer datagram) {
        int whole = datagram.remaining() + (header == null ? 0 : header.length());
        return whole > MOST_BY_IPV4 && target().internet().getAddress() instanceof Inet4Address;
    }

    /**
     * Sends a datagram. An error mostly belongs to an earlier datagram, so this one is sent again: if the earlier one
     * was too large for the path, the kernel knows the path's size by now, and fragments.
     */
    void send(ByteBuffer datagram) {
        int length = datagram.remaining();
        ByteBuffer whole = header == null ? datagram : header.before(datagram, listener.loop());
        int start = whole.position();
        try {
            socket.write(whole);
            errors = 0;
        } catch (IOException e) {
            if (failed(e, whole.position(whole.limit() - length))) {
                sendAgain(whole.position(start), length);
            }
        }
    }

    @Override
    public void readable() {
        try {
            for (int i = 0; i < DATAGRAMS_A_TURN && !flow.hasEnded(); i++) {
                ByteBuffer buffer = listener.loop().buffer();
                if (!socket.read(buffer)) {
                    return;
                }
                long now = listener.loop().timers().now();
                answered(now);
                flow.toClient(buffer.flip(), now);
                if (flow.exchange().isEven()) {
                    // Rarely is there more, and the loop would notify again; a read that finds nothing costs a call.
                    return;
                }
            }
        } catch (IOException e) {
            failed(e, null);
        } catch (RuntimeException | Error e) {
            flow.broken(e);
        }
    }

    /** Notes whether the first answer has come, once it is due. */
    void judge() {
        if (!judged) {
            judged = true;
            release();
            if (!flow.exchange().isAnswered()) {
                target().unanswered(dial.isAnsweredElsewhere());
            }
        }
    }

    void close() {
        dial.leave();
        release();
        socket.close();
    }

    private void answered(long now) {
        errors = 0;
        release();
        if (!flow.exchange().isAnswered() || now - notedAt >= NOTED_EVERY_MS) {
            notedAt = now;
            target().succeeded();
        }
    }

    private void sendAgain(ByteBuffer whole, int length) {
        try {
            socket.write(whole);
        } catch (IOException e) {
            failed(e, whole.position(whole.limit() - length));
        }
    }

    /**
     * Handles an error, an ICMP error mostly, which ends this flow at most. One that is not the target's fault costs a
     * datagram.
     *
     * @param unsent the datagram that was not sent; null if none was to be
     * @return whether the flow goes on with the same target
     */
    private boolean failed(IOException e, @Nullable ByteBuffer unsent) {
        IoFailure failure = IoFailure.of(e);
        if (failure.isTheirs()) {
            log.debug("flow failed target={} reason={}", target(), e.toString());
            listener.refused(target());
            if (!moveOn(unsent)) {
                flow.end(EndReason.BACKEND_RESET);
            }
            return false;
        }
        if (failure != IoFailure.MESSAGE_SIZE) {
            LOCAL.report(failure, "datagram to " + target(), e);
        }
        if (++errors > MOST_ERRORS) {
            flow.end(Failover.ours(failure));
        }
        return !flow.hasEnded();
    }

    /** Sends the first datagram to another target, once, if it is alone and unanswered; returns whether it did. */
    private boolean moveOn(@Nullable ByteBuffer unsent) {
        FirstDatagram held = first;
        long sent = flow.exchange().asked() - (unsent == null ? 0 : 1);
        if (held == null || sent > 1) {
            return false;
        }
        byte[] second = unsent == null || sent == 0 ? null : FirstDatagram.copy(unsent);
        UdpSocket other = dial.connect(listener.sockets());
        if (other == null) {
            return false;
        }
        socket.close();
        socket = other;
        first = null;
        byte[] again = held.release();
        open();
        send(listener.loop().buffer().put(again).flip());
        if (second != null && !flow.hasEnded()) {
            send(listener.loop().buffer().put(second).flip());
        }
        return true;
    }

    private void release() {
        if (first != null) {
            first.release();
            first = null;
        }
    }
}
