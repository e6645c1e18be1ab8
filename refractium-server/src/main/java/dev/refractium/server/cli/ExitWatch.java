package dev.refractium.server.cli;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells who ended the process while it served, where that was code that called {@code System.exit}: a plugin, for we do
 * not. The process ends with {@link ExitCode#COULD_NOT_RUN} then, whatever code it asked for, so that a supervisor never
 * takes it for an orderly end. Until it is closed; any thread.
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

    /** Whoever calls exit waits in it until the hooks are done, and is seen there. What a signal ends has no such thread. */
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
