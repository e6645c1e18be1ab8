package dev.refractium.server.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Resolves host names and names of services on threads of its own, never on an event loop: name servers take their
 * time, and the JDK's resolver blocks. Each name is asked for again when its answer has expired. Addresses are resolved
 * at once, on the caller's thread. Any thread.
 */
public final class NameResolver implements AutoCloseable {
    /** At most this many lookups at a time, so that names whose server hangs do not delay others. */
    static final int LOOKUPS = 32;

    /** How soon a name that did not resolve is tried again. */
    private static final long RETRY_MS = 2_000;

    /** The JDK's own resolver. */
    public static final Resolver JDK = host -> List.of(InetAddress.getAllByName(host));

    private final long retryMs;

    /** Looks up nothing itself except addresses with a zone, so that it never blocks. */
    private final ScheduledThreadPoolExecutor timer;

    private final ThreadPoolExecutor lookups;
    private final DnsClient dns = new DnsClient();

    /** Whether the resolver was given by a program, so that no settings replace it. */
    private final boolean given;

    /** What names are looked up by now; replaced as one. */
    private volatile Rules served;

    /** What names are looked up by that no served configuration has yet. */
    private volatile Rules drafted;

    /**
     * What is asked, and how.
     *
     * @param number grows with each configuration that is served
     */
    record Rules(NameService service, NameSettings settings, int number) {}

    /** Creates one that asks the JDK until {@link #draft}. */
    public NameResolver() {
        this(JDK, false, NameResolver::thread, RETRY_MS);
    }

    /** @param resolver is asked for names, never for addresses, whatever the settings are */
    public NameResolver(Resolver resolver) {
        this(resolver, NameResolver::thread, RETRY_MS);
    }

    NameResolver(Resolver resolver, ThreadFactory threads, long retryMs) {
        this(resolver, true, threads, retryMs);
    }

    private NameResolver(Resolver resolver, boolean given, ThreadFactory threads, long retryMs) {
        this.given = given;
        this.retryMs = retryMs;
        this.served = new Rules(new JdkNames(resolver), NameSettings.DEFAULT, 0);
        this.drafted = served;
        timer = new ScheduledThreadPoolExecutor(1, NameResolver::thread);
        timer.setRemoveOnCancelPolicy(true);
        // A thread that could not be started later would leave every retry undone.
        timer.prestartCoreThread();
        lookups = new ThreadPoolExecutor(LOOKUPS, LOOKUPS, 60, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
        lookups.allowCoreThreadTimeOut(true);
    }

    /** Finds the addresses of a name. Any thread; may block. */
    public interface Resolver {
        /** Returns the addresses, at least one. */
        List<InetAddress> resolve(String host) throws UnknownHostException;
    }

    /** Receives the result of each lookup, on a thread of the resolver, or on the caller's where it is an address. */
    public interface Watcher {
        /** Handles what the name stands for. */
        void resolved(NameAnswer answer);

        /** Handles that the name did not resolve; the lookup is retried. */
        void unresolved(String reason);

        /** Returns whether the name is no longer wanted: then it is not looked up again. */
        boolean isOver();
    }

    /** Looks the names up by these settings that are watched from now on, until others are served. */
    public void draft(NameSettings settings) {
        Rules now = served;
        boolean kept = given || now.settings().asksAs(settings);
        drafted = new Rules(kept ? now.service() : service(settings), settings, now.number());
    }

    /**
     * Looks all names up by these settings from now on, each when its answer has expired.
     *
     * @return whether other settings were served before
     */
    public boolean serve(NameSettings settings) {
        Rules before = served;
        if (!drafted.settings().equals(settings)) {
            draft(settings);
        }
        served = new Rules(drafted.service(), settings, before.number() + 1);
        drafted = served;
        return before.number() > 0 && !before.settings().equals(settings);
    }

    private NameService service(NameSettings settings) {
        return switch (settings.kind()) {
            case SYSTEM -> new SystemNames(dns);
            case JDK -> new JdkNames(JDK);
            case SERVERS -> new DnsNames(dns, new ResolvConf(settings.servers()));
        };
    }

    /**
     * Looks {@code host} up, and again each time its answer has expired.
     *
     * @param host a host, or {@code srv://} and the name of a service
     */
    public WatchedName watch(String host, Watcher watcher) {
        WatchedName name = new WatchedName(host, watcher, this);
        name.begin();
        return name;
    }

    /** Returns what a name is looked up by that began to be watched under these rules. */
    Rules since(Rules drafted) {
        Rules now = served;
        return now.number() > drafted.number() ? now : drafted;
    }

    Rules drafted() {
        return drafted;
    }

    long retryMs() {
        return retryMs;
    }

    /** Schedules what does not block. */
    ScheduledThreadPoolExecutor timer() {
        return timer;
    }

    /** Runs what may block. */
    ThreadPoolExecutor lookups() {
        return lookups;
    }

    @Override
    public void close() {
        timer.shutdownNow();
        lookups.shutdownNow();
        dns.close();
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "refractium-names");
        thread.setDaemon(true);
        return thread;
    }
}
