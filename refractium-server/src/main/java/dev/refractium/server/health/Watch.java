package dev.refractium.server.health;

import dev.refractium.server.net.Loop;
import dev.refractium.server.upstream.HealthRules.Interval;
import dev.refractium.server.upstream.HealthRules.Probes;
import dev.refractium.server.upstream.Source;
import dev.refractium.server.upstream.Target;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The probes of one source, in rounds: each probes all addresses of the source, and schedules the next when the last of
 * them has answered. A round comes early when a session has failed. Any thread.
 */
final class Watch {
    /** A round that a session asks for begins this long after the one before. */
    private static final long HURRIED_MS = 1_000;

    /** The same while a probe has failed, and too few have for its target to be down. */
    private static final long DOUBTFUL_MS = 100;

    /** Rounds that are due within this time begin together, since to wake a loop costs more than a probe. */
    private static final long TOGETHER_MS = 100;

    /** The share of an interval by which a round may be moved for that: far less than its jitter. */
    private static final double MOVED = 0.02;

    /** A probe that finds too many others under way tries again after this. */
    private static final long AGAIN_MS = 10;

    private static final Logger log = LoggerFactory.getLogger(Watch.class);

    private final Source source;
    private final ProbeLoops loops;

    /** All rounds are on one loop, so that none wakes another. */
    private final Loop loop;

    /** The interval that the rounds go by; empty: there are none. This and the next four are guarded by the monitor. */
    private Optional<Interval> interval = Optional.empty();

    /** The number of the round that is due or under way: a task of another number is out of date. */
    private long current;

    private boolean underWay;
    private boolean first = true;
    private long beganAt;

    /** Whether sessions have asked for a round. Written under the monitor, read by every session that fails. */
    private volatile boolean hurried;

    Watch(Source source, ProbeLoops loops) {
        this.source = source;
        this.loops = loops;
        this.loop = loops.next();
    }

    /** Goes by the source's rules from now on: a new interval begins with a round at once. */
    synchronized void follow() {
        Optional<Interval> next = source.healthRules().probes().map(Probes::interval);
        if (next.equals(interval)) {
            return;
        }
        interval = next;
        current++;
        if (next.isEmpty()) {
            forget();
        } else if (!underWay) {
            schedule(0);
        }
    }

    /** Returns whether it has rounds, and none has ended. */
    synchronized boolean isUntried() {
        return first && interval.isPresent();
    }

    /** Has the next round begin soon, since a session failed. */
    void hurry() {
        if (!hurried) {
            hurryUp();
        }
    }

    private synchronized void hurryUp() {
        if (!hurried && interval.isPresent()) {
            hurried = true;
            if (!underWay) {
                current++;
                schedule(Math.max(0, beganAt + (isDoubtful() ? DOUBTFUL_MS : HURRIED_MS) - loops.now()));
            }
        }
    }

    /** Call with the monitor held. */
    private void schedule(long afterMs) {
        long round = current;
        loop.after(afterMs, () -> begin(round));
    }

    private void begin(long round) {
        Optional<Probes> rules = source.healthRules().probes();
        synchronized (this) {
            if (round != current || underWay || loops.isClosed() || source.isDropped() || rules.isEmpty()) {
                return;
            }
            underWay = true;
            beganAt = loops.now();
        }
        List<Target> targets = source.targets();
        Round all = new Round(Math.max(1, targets.size()));
        if (targets.isEmpty()) {
            all.ended(); // Its name is being looked up.
        }
        for (Target target : targets) {
            long turn = loops.pace().turn();
            if (turn == 0) {
                probe(target, rules.get(), all);
            } else {
                loop.after(turn, () -> probe(target, rules.get(), all));
            }
        }
    }

    private void probe(Target target, Probes rules, Round round) {
        if (loops.isClosed()) {
            return;
        }
        if (!loops.pace().enter()) {
            loop.after(AGAIN_MS, () -> probe(target, rules, round));
            return;
        }
        ProbeReport report = new ProbeReport(target, rules.thresholds());
        UnderWay underWay = new UnderWay(round);
        try {
            Probe.of(target, rules).begin(loop, loops.sockets(), report, underWay::ended);
        } catch (RuntimeException | Error e) {
            report.broken(e);
            underWay.ended();
        }
    }

    private synchronized void ended() {
        underWay = false;
        if (interval.isEmpty()) {
            forget(); // The probes that have just ended began before probing was switched off.
            return;
        }
        current++;
        hurried &= isDoubtful();
        schedule(delay(interval.get()));
        first = false;
    }

    /** The second round comes at any time within the interval, so that those of all sources are spread over it. */
    private long delay(Interval between) {
        double random = ThreadLocalRandom.current().nextDouble();
        Duration time = between.time();
        double share = first ? random : 1 + between.jitter() * (2 * random - 1);
        long usual = Math.max(1, Math.round(time.toMillis() * share));
        return hurried ? Math.min(DOUBTFUL_MS, usual) : together(loops.now(), usual, time);
    }

    /** Returns {@code afterMs}, moved to when other rounds of the same interval begin; at least 1. */
    static long together(long now, long afterMs, Duration interval) {
        long step = Math.max(1, Math.min(TOGETHER_MS, Math.round(interval.toMillis() * MOVED)));
        long due = now + afterMs + step / 2;
        return Math.max(1, due - Math.floorMod(due, step) - now);
    }

    private boolean isDoubtful() {
        return source.targets().stream().anyMatch(Target::isDoubtful);
    }

    private void forget() {
        hurried = false;
        source.targets().forEach(Target::unwatched);
    }

    /** The place of one probe among those that are under way; given back once. Loop thread only. */
    private final class UnderWay {
        private final Round round;
        private boolean over;

        UnderWay(Round round) {
            this.round = round;
        }

        void ended() {
            if (!over) {
                over = true;
                loops.pace().leave();
                round.ended();
            }
        }
    }

    /** Counts the probes of one round that are under way. Loop thread only. */
    private final class Round {
        private int left;

        Round(int probes) {
            this.left = probes;
        }

        void ended() {
            if (--left == 0) {
                try {
                    Watch.this.ended();
                } catch (RuntimeException | Error e) {
                    log.error("health checks stopped source={}", source, e);
                }
            }
        }
    }
}
