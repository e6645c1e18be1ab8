package dev.refractium.server.hook;

import dev.refractium.api.Direction;
import dev.refractium.api.Party;
import dev.refractium.api.SessionStage;
import dev.refractium.api.Transport;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The hooks' view of one session; its caller needs to know neither how many hooks watch nor how slow they are. On the
 * session's loop only; nothing here waits, and nothing throws.
 */
public final class Taps {
    private static final long NEVER = -1;

    private final SessionView session;
    private final Clock clock;
    private final long began;
    private final Mailbox[] mailboxes;
    private final StageTimes stages;
    private final long toRoute;
    private long toConnect = NEVER;
    private long toFirstByte = NEVER;
    private int attempts;
    private boolean closed;

    private Taps(SessionView session, SessionFacts opening, Clock clock, List<Mailbox> mailboxes) {
        this.session = session;
        this.clock = clock;
        this.began = opening.times().began();
        this.stages = new StageTimes(opening.times());
        this.toRoute = clock.now() - began;
        this.mailboxes = mailboxes.toArray(new Mailbox[0]);
        stages.enter(SessionStage.DIAL, clock.now());
    }

    /**
     * Opens the taps of a session that has found its route.
     *
     * @param reading controls the session's reading, for hooks that hold it; null if it cannot be held, as over UDP
     * @return null if no hook watches: then the session need not report anything
     */
    public static @Nullable Taps open(List<LiveHook> hooks, SessionFacts opening, @Nullable ReadControl reading) {
        return hooks.isEmpty() ? null : open(hooks, opening, reading, Clock.SYSTEM);
    }

    static @Nullable Taps open(List<LiveHook> hooks, SessionFacts opening, @Nullable ReadControl reading, Clock clock) {
        SessionView session =
                new SessionView(opening, clock.ago(clock.now() - opening.times().began()));
        Brake brake = reading == null || opening.arrival().transport() == Transport.UDP ? null : new Brake(reading);
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

    /** Reports that the session waits for a place at a backend. */
    public void queued() {
        stages.enter(SessionStage.QUEUE, clock.now());
    }

    /** Reports that the session has waited, and dials again. */
    public void dialled() {
        stages.enter(SessionStage.DIAL, clock.now());
    }

    /** Reports that a backend is being tried. */
    public void attempted() {
        attempts++;
    }

    /**
     * Reports that a backend has been connected.
     *
     * @param backend its address
     */
    public void connected(SocketAddress backend) {
        long now = clock.now();
        stages.enter(SessionStage.RELAY, now);
        toConnect = now - began;
        session.connected(backend);
    }

    /**
     * Reports bytes that have been read: a piece of a stream, or a datagram. Call it in the order of reading, and
     * before the session passes them on.
     *
     * @param bytes the remaining bytes count; left as they are, and not kept
     */
    public void data(Direction direction, ByteBuffer bytes) {
        int length = bytes.remaining();
        long offset = session.bytes(direction);
        session.read(direction, length);
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

    /** Ends a hold whose time is over; the session has resumed reading when this returns. */
    public void holdOver() {
        for (Mailbox mailbox : mailboxes) {
            mailbox.holdOver();
        }
    }

    /** Reports that the proxy has ended the session, or has given up its route, as {@link #closed(String, Party)}. */
    public void closed(String cause) {
        closed(cause, Party.PROXY);
    }

    /**
     * Reports the end of the session. What waits for the taps still reaches them. A second call has no effect.
     *
     * @param cause the reason that the log has
     * @param by the party that has ended it
     */
    public void closed(String cause, Party by) {
        if (closed) {
            return;
        }
        closed = true;
        long now = clock.now();
        stages.end(now);
        Ended end = new Ended(
                cause,
                by,
                attempts,
                session.bytes(Direction.FROM_CLIENT),
                session.bytes(Direction.FROM_BACKEND),
                new Ended.Times(toRoute, toConnect, toFirstByte, now - began, stages));
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
