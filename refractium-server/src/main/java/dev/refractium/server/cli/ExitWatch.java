package dev.refractium.server.cli;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports code that ends the serving process by {@code System.exit}: a plugin's, since the server does not call it. The
 * process then ends with {@link ExitCode#COULD_NOT_RUN}, whatever code was requested, so that a supervisor never takes
 * it for an orderly end. Until it is closed; any thread.
 */
final class ExitWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ExitWatch.class);
    private static final int FRAMES = 16;

    private final Thread hook = new Thread(ExitWatch::tell, "refractium-exit");

    private ExitWatch() {}

    /** Begins to watch. */
    static ExitWatch watch() {
        ExitWatch watch = new ExitWatch();
        Runtime.getRuntime().addShutdownHook(watch.hook);
        return watch;
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            log.debug("the process ends already", e);
        }
    }

    /**
     * A thread that calls exit waits until the shutdown hooks are done, and is found there. A signal has no such
     * thread.
     */
    private static void tell() {
        for (Map.Entry<Thread, StackTraceElement[]> each :
                Thread.getAllStackTraces().entrySet()) {
            StackTraceElement[] stack = each.getValue();
            if (Arrays.stream(stack).anyMatch(ExitWatch::isExit)) {
                log.error(
                        "exit not asked for by us: code in this process called System.exit thread={} at={}",
                        each.getKey().getName(),
                        Arrays.stream(stack)
                                .limit(FRAMES)
                                .map(StackTraceElement::toString)
                                .collect(Collectors.joining(" < ")));
                StandardStreams.flush();
                Runtime.getRuntime().halt(ExitCode.COULD_NOT_RUN);
            }
        }
    }

    private static boolean isExit(StackTraceElement frame) {
        return frame.getClassName().equals(Runtime.class.getName())
                && frame.getMethodName().equals("exit");
    }
}
