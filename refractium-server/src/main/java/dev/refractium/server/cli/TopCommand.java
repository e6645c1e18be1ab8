package dev.refractium.server.cli;

import dev.refractium.api.Units;
import dev.refractium.server.StartException;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.control.ControlClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Shows what a running server does, again and again. */
@Command(
        name = "top",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Shows what a running server does, again and again: routes, backends or sessions, with what they do in a"
                    + " second. At a terminal, keys choose the table and the column to sort by; q ends it.",
            "Elsewhere, and with --once, it prints all tables once."
        },
        footer = {"", "Exit code: 0 done, 1 if no server answers, 2 usage."})
final class TopCommand extends ClientCommand implements Callable<Integer> {
    private static final Duration SHORTEST = Duration.ofMillis(500);
    private static final Duration LONGEST = Duration.ofHours(1);

    /** How soon a key or a signal is noticed. */
    private static final long LOOK_MS = 50;

    @Option(
            names = "--every",
            paramLabel = "TIME",
            converter = QuantityConverters.Time.class,
            description = "How often it asks the server, as 500ms or 5s; without it, 2s.")
    private Duration every = Duration.ofSeconds(2);

    @Option(names = "--once", description = "Print once, with the rates of the time that --every says, and end.")
    private boolean once;

    private final CountDownLatch ended = new CountDownLatch(1);

    /** Written by a thread of the JVM's when the terminal has another size. */
    private volatile boolean resized = true;

    @Override
    public Integer call() throws ConfigException, StartException {
        if (every.compareTo(SHORTEST) < 0 || every.compareTo(LONGEST) > 0) {
            throw new ParameterException(
                    command().commandLine(),
                    "--every " + Units.format(every) + " is out of range; use " + Units.format(SHORTEST) + " to "
                            + Units.format(LONGEST));
        }
        for (String signal : List.of("TERM", "INT", "HUP")) {
            SystemSignals.handle(signal, ended::countDown);
        }
        return talk(once || !Terminal.ofStandardOutput().interactive() ? this::print : this::show);
    }

    private int print(ControlClient server) throws IOException {
        TopPage page = new TopPage(TopAnswers.of(server));
        if (!isEnded(every.toMillis())) {
            page.next(TopAnswers.of(server));
            page.all().forEach(out()::println);
        }
        return ExitCode.OK;
    }

    private int show(ControlClient server) throws IOException {
        TopPage page = new TopPage(TopAnswers.of(server));
        SystemSignals.handle("WINCH", () -> resized = true);
        try (TopScreen screen = TopScreen.open(out())) {
            run(server, page, screen);
        }
        return ExitCode.OK;
    }

    private void run(ControlClient server, TopPage page, TopScreen screen) throws IOException {
        TopScreen.Size size = screen.size();
        long asked = System.nanoTime();
        boolean changed = true;
        do {
            for (int key = screen.key(); key >= 0; key = screen.key()) {
                if (key == 'q') {
                    return;
                }
                page.key(key);
                changed = true;
            }
            if (System.nanoTime() - asked >= every.toNanos()) {
                page.next(TopAnswers.of(server));
                asked = System.nanoTime();
                changed = true;
            }
            if (resized) {
                resized = false;
                size = screen.size();
                changed = true;
            }
            if (changed) {
                screen.draw(page.lines(size));
                changed = false;
            }
        } while (!isEnded(LOOK_MS));
    }

    /** Waits for a signal that ends it, for {@code ms} at most, and returns whether one has come. */
    private boolean isEnded(long ms) {
        try {
            return ended.await(ms, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
