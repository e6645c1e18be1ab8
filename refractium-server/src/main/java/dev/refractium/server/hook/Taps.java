package dev.refractium.server.hook;

import dev.refractium.api.Direction;
import dev.refractium.api.Transport;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The hooks' view of one session: who brings bytes here need not know how many watch, or how slow they are. On the
 * session's loop only; nothing here waits, and nothing throws.
 */
public final class Taps {
    private static final long NEVER = -1;

    private final SessionView session;
    private final Clock clock;
    private final long began;
    private final Mailbox[] mailboxes;
    private final PerDirection read = new PerDirection(0);
    private final long toRoute;
    private long toConnect = NEVER;
    private long toFirstByte = NEVER;
    private boolean closed;

    private Taps(SessionView session, SessionFacts opening, Clock clock, List<Mailbox> mailboxes) {
        this.session = session;
        this.clock = clock;
        this.began = opening.began();
        this.toRoute = clock.now() - began;
        this.mailboxes = mailboxes.toArray(new Mailbox[0]);
    }

    /**
     * A session has found its route.
     *
     * @param reading the session's, for hooks that would rather have it wait; null where it cannot, as over UDP
     * @return null if nobody watches, so that the session need not come here again
     */
    public static @Nullable Taps open(List<LiveHook> hooks, SessionFacts opening, @Nullable ReadControl reading) {
        return hooks.isEmpty() ? null : open(hooks, opening, reading, Clock.SYSTEM);
    }

    static @Nullable Taps open(List<LiveHook> hooks, SessionFacts opening, @Nullable ReadControl reading, Clock clock) {
        SessionView session = new SessionView(opening, clock.ago(clock.now() - opening.began()));
        Brake brake = reading == null || opening.transport() == Transport.UDP ? null : new Brake(reading);
        List<Mailbox> mailboxes = new ArrayList<>(hooks.size());
        for (LiveHook hook : hooks) {
            if (hook.admit()) {
                mailboxes.add(new Mailbox(hook, session, brake));
            }
        }
        if (mailboxes.isEmpty()) {
            return null;
        }
        mailboxes.forEach(Mailbox::call);
        return new Taps(session, opening, clock, mailboxes);
    }

    /**
     * A backend has been connected.
     *
     * @param backend its address
     */
    public void connected(SocketAddress backend) {
        toConnect = age();
        session.connected(backend);
    }

    /**
     * Bytes have been read: a piece of a stream, or a datagram. To be called in the order of reading, and before the
     * session passes them on.
     *
     * @param bytes what remains in it counts; left as it is, and not kept
     */
    public void data(Direction direction, ByteBuffer bytes) {
        int length = bytes.remaining();
        long offset = read.of(direction);
        read.set(direction, offset + length);
        if (direction == Direction.FROM_BACKEND && toFirstByte == NEVER) {
            toFirstByte = age();
        }
        CopiedChunk copy = null;
        for (Mailbox mailbox : mailboxes) {
            Inbox inbox = mailbox.inboxFor(direction, offset);
            if (inbox == null) {
                continue;
            }
            if (!inbox.reserve(length)) {
                mailbox.lose(inbox, direction, length);
                continue;
            }
            if (copy == null) {
                copy = new CopiedChunk(direction, bytes, offset, at());
            }
            mailbox.put(inbox, copy);
        }
    }

    /** The session was held for as long as it may be: it has resumed reading when this returns. */
    public void holdOver() {
        for (Mailbox mailbox : mailboxes) {
            mailbox.holdOver();
        }
    }

    /**
     * The session has ended. What waits for the taps still reaches them. A second call has no effect.
     *
     * @param cause as the log has it
     */
    public void closed(String cause) {
        if (closed) {
            return;
        }
        closed = true;
        Ended end = new Ended(
                cause,
                read.of(Direction.FROM_CLIENT),
                read.of(Direction.FROM_BACKEND),
                new Ended.Times(toRoute, toConnect, toFirstByte, age()));
        for (Mailbox mailbox : mailboxes) {
            mailbox.close(end);
        }
    }

    private long age() {
        return clock.now() - began;
    }

    private Instant at() {
        return session.began().plusNanos(age());
    }
}
