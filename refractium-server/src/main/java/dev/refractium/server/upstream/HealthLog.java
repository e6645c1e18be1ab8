package dev.refractium.server.upstream;

import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs and remembers when one target goes down and is up again; logs that its check throws, once. Any thread. */
final class HealthLog {
    private static final Logger log = LoggerFactory.getLogger(HealthLog.class);

    private final Source source;
    private final String address;
    private final LongSupplier nanoClock;

    /** Whether the log has reported that the target is down; written under the monitor. */
    private volatile boolean down;

    /** When it was first reached, went down or was up again; written under the monitor. */
    private volatile long changed;

    /** Whether any of that has happened. */
    private volatile boolean known;

    /** The rules whose check is reported to throw; null once a probe has had a result. Guarded by the monitor. */
    private @Nullable HealthRules broken;

    /**
     * @param address as logs write it
     * @param nanoClock as {@link System#nanoTime}
     */
    HealthLog(Source source, String address, LongSupplier nanoClock) {
        this.source = source;
        this.address = address;
        this.nanoClock = nanoClock;
    }

    /** Returns when it was first reached, went down or was up again, whichever is last; empty before that. */
    OptionalLong changed() {
        return known ? OptionalLong.of(changed) : OptionalLong.empty();
    }

    /** Records that it is reached. */
    void reached() {
        if (!known) {
            change();
        }
    }

    private synchronized void change() {
        changed = nanoClock.getAsLong();
        known = true;
    }

    boolean isDown() {
        return down;
    }

    synchronized void up() {
        if (down) {
            down = false;
            change();
            log.info("backend is up again {}", facts(null));
        }
    }

    synchronized void down(String reason) {
        if (!down) {
            down = true;
            change();
            log.warn("backend is down {}", facts(reason));
        }
    }

    void silent() {
        log.info("backend does not answer {}", facts(null));
    }

    /** Logs that code of the health check threw, unless it is the same check and no probe has had a result since. */
    synchronized void checkThrew(Throwable e) {
        HealthRules rules = source.healthRules();
        if (!rules.equals(broken)) {
            broken = rules;
            log.error("health check threw {}", facts(null), e);
        }
    }

    /** Records that a probe had a result, whichever. */
    synchronized void probed() {
        broken = null;
    }

    private String facts(@Nullable String reason) {
        StringBuilder facts = new StringBuilder("backend=").append(source);
        List<Target> all = source.targets();
        if (all.size() > 1) {
            facts.append(" address=").append(address);
            facts.append(" usable=\"").append(source.usable()).append(" of ").append(all.size());
            facts.append(" addresses\"");
        }
        if (reason != null) {
            facts.append(" reason=\"").append(reason).append('"');
        }
        return facts.append(" routes=\"")
                .append(String.join(", ", source.routes()))
                .append('"')
                .toString();
    }
}
