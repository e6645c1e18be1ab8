package dev.refractium.server.it.support;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * How long tests wait for what must come: long, since it costs nothing where it comes, and machines are busy. They look
 * often: Awaitility's own tenth of a second before each look would be most of what a short test takes.
 */
public final class Patience implements LauncherSessionListener {
    /** The wait for one condition, unless a test sets another. */
    public static final Duration OF_TESTS = Duration.ofSeconds(30);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        Awaitility.setDefaultTimeout(OF_TESTS);
        Awaitility.setDefaultPollInterval(BETWEEN_LOOKS);
    }
}
