package dev.refractium.server.upstream;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs when one target goes down, when it is up again, and that its check throws, each once. Any thread. */
final class HealthLog {
    private static final Logger log = LoggerFactory.getLogger(HealthLog.class);

    private final Source source;
    private final String address;

    /** Whether the log has reported that the target is down; written under the monitor. */
    private volatile boolean down;

    /** The rules whose check is reported to throw; null once a probe has had a result. Guarded by the monitor. */
    private @Nullable HealthRules broken;

    /** @param address as logs write it */
    HealthLog(Source source, String address) {
        this.source = source;
        this.address = address;
    }

    boolean isDown() {
        return down;
    }

    synchronized void up() {
        if (down) {
            down = false;
            log.info("backend is up again {}", facts(null));
        }
    }

    synchronized void down(String reason) {
        if (!down) {
            down = true;
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
