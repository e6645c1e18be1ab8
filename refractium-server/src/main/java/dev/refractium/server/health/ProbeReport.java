package dev.refractium.server.health;

import dev.refractium.server.net.IoFailure;
import dev.refractium.server.net.LocalFailures;
import dev.refractium.server.upstream.HealthRules.Thresholds;
import dev.refractium.server.upstream.Target;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reports the result of one probe to its target, once; a failure that is not the target's own shows nothing. Loop thread only. */
final class ProbeReport {
    private static final Logger log = LoggerFactory.getLogger(ProbeReport.class);

    /** Loaded with this class: no class can be loaded while the process is out of descriptors. */
    private static final LocalFailures LOCAL = LocalFailures.OF_PROCESS;

    private final Target target;
    private final Thresholds thresholds;
    private boolean isMade;

    ProbeReport(Target target, Thresholds thresholds) {
        this.target = target;
        this.thresholds = thresholds;
    }

    /** Returns whether the result is known. */
    boolean isMade() {
        return isMade;
    }

    void alive() {
        if (!isMade) {
            isMade = true;
            target.probed(null, thresholds);
        }
    }

    /** Reports that the target is not well; the reason is for the log. */
    void failed(String reason) {
        if (!isMade) {
            isMade = true;
            log.debug("probe of target={} failed reason={}", target, reason);
            target.probed(reason, thresholds);
        }
    }

    void failed(Exception e) {
        IoFailure failure = IoFailure.of(e);
        if (failure.isTheirs()) {
            failed(IoFailure.text(e));
        } else if (!isMade) {
            isMade = true;
            log.debug("cannot probe target={} reason={}", target, e.toString());
            LOCAL.report(failure, "probe " + target, e);
        }
    }

    /** Reports a failure of the code that probes, a plugin's code included. */
    void broken(Throwable e) {
        if (!isMade) {
            isMade = true;
            target.checkThrew(e);
        }
    }
}
