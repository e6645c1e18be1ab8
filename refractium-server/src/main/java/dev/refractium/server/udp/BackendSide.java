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
 * The side of a flow that its backend is on: the socket, the target that it is connected to, and what its errors and its
 * silence say of that target. Loop thread only.
 */
final class BackendSide implements UdpSocket.Owner {
    private static final Logger log = LoggerFactory.getLogger(BackendSide.class);

    /** Loaded with this class: the moment that it is needed may be one without descriptors. */
    private static final LocalFailures LOCAL = LocalFailures.OF_PROCESS;

    private static final int DATAGRAMS_A_TURN = 32;

    /** What an IPv4 packet has room for behind its header and UDP's (RFC 791, 3.1; RFC 768). */
    private static final int MOST_BY_IPV4 = 65_535 - 20 - 8;

    /** How often an answer is noted as a sign of the target's health. */
    private static final long NOTED_EVERY_MS = 1_000;

    /** This many errors of our own in a row end the flow. */
    private static final int MOST_ERRORS = 16;

    private final UdpFlow flow;
    private final UdpListener listener;
    private final UdpDial dial;
    private UdpSocket socket;

    /** Null once it cannot be sent elsewhere any more. */
    private @Nullable FirstDatagram first;

    private boolean judged;
    private long notedAt;
    private int errors;

    /** @param socket connected by {@code dial}; this side's own from now on */
    BackendSide(UdpFlow flow, UdpDial dial, UdpSocket socket) {
        this.flow = flow;
        this.listener = flow.key().listener();
        this.dial = dial;
        this.socket = socket;
    }

    /** Begins to hear the target. */
    void open() {
        judged = false;
        socket.register(listener.loop(), this);
        flow.connected(dial.target());
    }

    /** Keeps a copy of the first datagram, as long as it may be sent elsewhere, if it may and there is room. */
    void keep(ByteBuffer datagram, long most) {
        if (dial.hasOther()) {
            first = FirstDatagram.of(datagram, listener.firstMemory(), most);
        }
    }

    Target target() {
        return dial.target();
    }

    /** Returns whether a datagram, which came by IPv6, is larger than one of IPv4 can be. */
    boolean isTooLarge(ByteBuffer datagram) {
        return datagram.remaining() > MOST_BY_IPV4 && target().address().getAddress() instanceof Inet4Address;
    }

    /**
     * Sends a datagram. An error is that of an earlier one mostly, so this one is tried again: if that was larger than
     * the way takes, the kernel knows the way's size by now, and fragments.
     */
    void send(ByteBuffer datagram) {
        try {
            socket.write(datagram);
            errors = 0;
        } catch (IOException e) {
            if (failed(e, datagram)) {
                sendAgain(datagram);
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
                    // There is rarely more, and the loop notifies of it again: a read that finds nothing costs a call.
                    return;
                }
            }
        } catch (IOException e) {
            failed(e, null);
        } catch (RuntimeException | Error e) {
            flow.broken(e);
        }
    }

    /** Notes, once the first answer is due, if it has not come. */
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

    private void sendAgain(ByteBuffer datagram) {
        try {
            socket.write(datagram);
        } catch (IOException e) {
            failed(e, datagram);
        }
    }

    /**
     * An ICMP error mostly, which ends this flow at most. What is not the target's fault costs a datagram.
     *
     * @param unsent what was not sent for it; null if nothing was to be
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

    /** Sends the first datagram, if it is alone and unanswered, to another target, once. */
    private boolean moveOn(@Nullable ByteBuffer unsent) {
        FirstDatagram held = first;
        long sent = flow.exchange().asked() - (unsent == null ? 0 : 1);
        if (held == null || sent > 1) {
            return false;
        }
        byte[] second = unsent == null || sent == 0 ? null : FirstDatagram.copy(unsent);
        UdpSocket other = dial.connect();
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
