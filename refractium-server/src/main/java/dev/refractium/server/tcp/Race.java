package dev.refractium.server.tcp;

import dev.refractium.server.net.Timers;
import dev.refractium.server.session.Failover;
import dev.refractium.server.socket.Connect;
import dev.refractium.server.socket.Side;
import dev.refractium.server.upstream.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The attempts at further addresses of a source while the first is being connected: one after the other, a quarter of a
 * second apart or as soon as one fails, all of which stay under way until one connects (RFC 8305, 5). Only the first that
 * connects gets the client's bytes; the others are ended, which marks no target. Loop thread only.
 */
final class Race extends Timers.Timeout {
    /** How long an attempt is alone. The timers add up to two ticks of 25 ms, so that it is 250 ms on average. */
    private static final int ALONE_MS = 225;

    /** When an attempt that found no room is tried again. */
    private static final int CROWDED_MS = 25;

    private final Dial dial;
    private final Failover failover;
    private final TcpLoop loop;

    /** Whether the first target was usable; if so, the others must be. */
    private final boolean usable;

    /** The attempts that are under way. */
    private final List<Rival> rivals = new ArrayList<>(1);

    private Race(Dial dial, Failover failover, TcpLoop loop) {
        this.dial = dial;
        this.failover = failover;
        this.loop = loop;
        this.usable = failover.target().isUsable();
    }

    /** Races the attempt of {@code dial} that has just begun. */
    static Race begin(Dial dial, Failover failover, TcpLoop loop) {
        Race race = new Race(dial, failover, loop);
        race.nextIn(ALONE_MS);
        return race;
    }

    /** Checks for the result of the attempt by {@code side}. */
    void ready(Side side) {
        for (int i = 0; i < rivals.size(); i++) {
            if (rivals.get(i).finishes(side)) {
                return;
            }
        }
    }

    /**
     * Begins the next attempt at once, since one has failed.
     *
     * @param firstIsUnderWay whether the dial's own attempt is
     * @return whether an attempt is under way, or has connected
     */
    boolean goesOn(boolean firstIsUnderWay) {
        return (firstIsUnderWay || !rivals.isEmpty()) && (next() || firstIsUnderWay || !rivals.isEmpty());
    }

    /** Begins the next attempt; returns whether it is under way or has connected. */
    private boolean next() {
        loop.loop().timers().clear(this);
        if (!loop.hasRoomToRace()) {
            nextIn(CROWDED_MS);
            return false;
        }
        long left = dial.left();
        for (Target target = next(left); target != null; target = next(left)) {
            Rival rival = new Rival(target);
            if (rival.begin(left)) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Target next(long left) {
        return left > 0 ? failover.rival(usable) : null;
    }

    private void nextIn(int ms) {
        loop.loop().timers().set(this, ms);
    }

    /** Ends all attempts; none is marked as failed. */
    void end() {
        loop.loop().timers().clear(this);
        while (!rivals.isEmpty()) {
            rivals.get(rivals.size() - 1).end();
        }
    }

    @Override
    protected void expired() {
        next();
    }

    @Override
    protected void failed() {
        dial.failed();
    }

    /** The connect to one of the further targets, which counts the session while it lasts. */
    private final class Rival extends Connect {
        private final Target target;

        Rival(Target target) {
            super(loop.loop(), loop.sockets());
            this.target = target;
        }

        /** Returns whether it is under way or has connected; otherwise it has failed. */
        boolean begin(long left) {
            rivals.add(this);
            loop.racing(1);
            dial.attempted();
            Exception failure = attempt(target.address(), failover.source(), dial.allowed(left));
            if (failure != null) {
                end();
                failover.failed(target, failure);
                return false;
            }
            if (isUnderWay()) {
                nextIn(ALONE_MS);
            }
            return true;
        }

        /** Checks for the result if it is the one by {@code side}; returns whether it is. */
        boolean finishes(Side side) {
            boolean mine = isConnecting(side);
            if (mine) {
                finish();
            }
            return mine;
        }

        /** Ends the attempt and removes the session from the count of its target. */
        void end() {
            leave();
            stop();
            // Its place is free for others only once its socket is closed.
            target.sessionEnded();
            target.freePlace();
        }

        private void leave() {
            rivals.remove(this);
            loop.racing(-1);
        }

        @Override
        protected ByteBuffer first() {
            return dial.first();
        }

        @Override
        protected Side.Owner owner() {
            return dial.owner();
        }

        @Override
        protected void connected(Side connected, int sent) {
            leave();
            dial.won(target, connected, sent);
        }

        @Override
        protected void connectFailed(IOException why) {
            end();
            dial.failed(target, why, timeoutMs());
            dial.goOn();
        }

        @Override
        protected void failed() {
            dial.failed();
        }
    }
}
