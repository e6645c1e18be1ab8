package dev.refractium.server.net;

import io.netty.util.NetUtil;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A name that is looked up again and again, one attempt at a time. Any thread. */
public final class WatchedName {
    private static final Logger log = LoggerFactory.getLogger(WatchedName.class);

    /** How often an address with a zone is looked up again: its interface may come and go. */
    private static final Duration ZONE_REFRESH = Duration.ofSeconds(30);

    /** The least time between two lookups that {@link #askAgain} causes. */
    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String host;
    private final NameQuestion question;
    private final NameResolver.Watcher watcher;
    private final NameResolver resolver;
    private final NameResolver.Rules drafted;
    private final boolean address;
    private final CompletableFuture<Void> first = new CompletableFuture<>();

    /** Whether {@link #askAgain} has a lookup on its way. */
    private final AtomicBoolean again = new AtomicBoolean();

    /** Whether the log has an error of its lookup. */
    private boolean complained;

    private volatile Report report = new Report("", Optional.empty(), Duration.ZERO, Optional.empty());

    /** All guarded by this object's monitor: the attempt that is scheduled, null while one runs; when the last began. */
    private @Nullable Future<?> due;

    private boolean busy;
    private long began = System.nanoTime();

    /**
     * How a name was answered.
     *
     * @param source what answered last; empty before the first answer
     * @param answered the {@link System#nanoTime} of that answer
     * @param ttl how long it holds, within the bounds of the settings
     * @param trouble why the last lookup failed, in whole or in part
     */
    public record Report(String source, Optional<Long> answered, Duration ttl, Optional<String> trouble) {}

    WatchedName(String host, NameResolver.Watcher watcher, NameResolver resolver) {
        this.host = host;
        this.question = new NameQuestion(host);
        this.watcher = watcher;
        this.resolver = resolver;
        this.drafted = resolver.drafted();
        this.address = NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host);
    }

    /** Returns whether it is an address, which no name service is asked for. */
    public boolean isAddress() {
        return address;
    }

    /**
     * Returns a future that is done after the first attempt, whether or not it succeeded; for an address, from the
     * beginning.
     */
    public CompletableFuture<Void> first() {
        return first;
    }

    /** Returns how it was answered. */
    public Report report() {
        return report;
    }

    /** Looks the name up soon, since its addresses do not serve: at once, but once a second at most. Never blocks. */
    public void askAgain() {
        if (!address && again.compareAndSet(false, true)) {
            schedule(this::submitAgain, Math.max(0, lastBegin() + AGAIN_NANOS - System.nanoTime()));
        }
    }

    void begin() {
        if (address) {
            run();
        } else {
            submit();
        }
    }

    private synchronized long lastBegin() {
        return began;
    }

    private void submitAgain() {
        again.set(false);
        submit();
    }

    /** Looks the host up on a thread that may block, unless that happens now. */
    private void submit() {
        synchronized (this) {
            if (busy) {
                return;
            }
            busy = true;
            began = System.nanoTime();
            if (due != null) {
                due.cancel(false);
                due = null;
            }
        }
        try {
            resolver.lookups().execute(this::run);
        } catch (Throwable e) {
            attempted(Optional.empty(), e);
        }
    }

    private void run() {
        if (watcher.isOver()) {
            first.complete(null);
            return;
        }
        Optional<Duration> holds = Optional.empty();
        Throwable error = null;
        try {
            holds = lookUp();
        } catch (Throwable e) {
            // Any failure is retried: the name must not stay without an address for good.
            error = e;
        } finally {
            attempted(holds, error);
        }
    }

    /** Returns how long the answer holds; empty if there is none. */
    private Optional<Duration> lookUp() {
        NameResolver.Rules rules = resolver.since(drafted);
        NameAnswer answer;
        try {
            answer = address
                    ? NameAnswer.of(NameResolver.JDK.resolve(host), Optional.of(ZONE_REFRESH), "")
                    : rules.service().ask(question);
        } catch (UnknownHostException e) {
            if (resolver.timer().isShutdown() || watcher.isOver()) {
                return Optional.empty();
            }
            String reason = address ? noInterface() : String.valueOf(e.getMessage());
            Report last = report;
            report = new Report(last.source(), last.answered(), last.ttl(), Optional.of(reason));
            watcher.unresolved(reason);
            return Optional.empty();
        }
        Duration holds = address ? ZONE_REFRESH : rules.settings().bounded(answer.ttl());
        report = new Report(answer.source(), Optional.of(System.nanoTime()), holds, answer.trouble());
        watcher.resolved(answer);
        return answer.trouble().isPresent() ? Optional.empty() : Optional.of(holds);
    }

    private void attempted(Optional<Duration> holds, @Nullable Throwable error) {
        try {
            first.complete(null);
            if (error != null && !complained && !resolver.timer().isShutdown()) {
                complained = true;
                log.warn("lookup failed host={}; trying again", host, error);
            }
        } finally {
            if (holds.isPresent()) {
                complained = false;
            }
            next(holds);
        }
    }

    private synchronized void next(Optional<Duration> holds) {
        busy = false;
        if (holds.isEmpty() || !address || host.indexOf('%') >= 0) {
            long ms = holds.map(Duration::toMillis).orElse(resolver.retryMs());
            due = schedule(address ? this::run : this::submit, TimeUnit.MILLISECONDS.toNanos(ms));
        }
    }

    private @Nullable Future<?> schedule(Runnable task, long nanos) {
        try {
            return resolver.timer().isShutdown() ? null : resolver.timer().schedule(task, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("closed while a name was looked up host={}", host);
            return null;
        }
    }

    /** A literal with a zone resolves where the interface is there and has an address of the literal's kind. */
    private String noInterface() {
        return "no interface called " + host.substring(host.indexOf('%') + 1) + " has a link-local address";
    }
}
