package dev.refractium.server.admin;

import com.sun.net.httpserver.HttpServer;
import dev.refractium.server.control.Administration;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Serves {@code /metrics}, {@code /live}, {@code /ready} and the page by HTTP over TCP. On threads of its own, never on
 * an event loop; any thread may close it. The limits of {@link #limitClients} keep idle and slow clients from using them
 * up.
 */
public final class AdminServer implements AutoCloseable {
    /** One thread for each connection, so that clients whose request or answer is slow delay no other. */
    private static final int MOST_CONNECTIONS = 64;

    private static final int BACKLOG = 64;

    private final HttpServer http;
    private final ThreadPoolExecutor threads;
    private final Optional<Page> page;

    private AdminServer(HttpServer http, ThreadPoolExecutor threads, Optional<Page> page) {
        this.http = http;
        this.threads = threads;
        this.page = page;
    }

    /**
     * Sets the limits of the JDK's HTTP server, unless they are set: 64 connections, 2 seconds for a request, 10 seconds
     * for an answer. A connection beyond 64 is closed at once, so these times bound for how long clients that are idle or
     * slow keep others out. They hold for the whole JVM, and only if this is called before its first HTTP server is made;
     * by default there are none.
     */
    public static void limitClients() {
        limit("jdk.httpserver.maxConnections", String.valueOf(MOST_CONNECTIONS));
        limit("sun.net.httpserver.maxReqTime", "2");
        limit("sun.net.httpserver.maxRspTime", "10");
        limit("sun.net.httpserver.clockTick", "1000"); // How often it looks for clients that have sent nothing, in ms.
        limit("sun.net.httpserver.maxReqHeaders", "50");
    }

    private static void limit(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /** Listens at {@code address} and answers by {@code administration}, as {@code rules} say. */
    public static AdminServer start(InetSocketAddress address, AdminRules rules, Administration administration)
            throws IOException {
        HttpServer http = HttpServer.create(address, BACKLOG);
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                MOST_CONNECTIONS,
                MOST_CONNECTIONS,
                1,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(MOST_CONNECTIONS),
                task -> {
                    Thread thread = new Thread(task, "refractium-admin");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        http.setExecutor(threads);
        Optional<Page> page = rules.page() ? Optional.of(new Page(administration, rules.token())) : Optional.empty();
        http.createContext("/", new AdminHandler(new KnownHosts(rules.hosts()), administration, page));
        http.start();
        return new AdminServer(http, threads, page);
    }

    /** Returns where it listens, with the actual port. */
    public InetSocketAddress address() {
        return http.getAddress();
    }

    /** Stops listening and disconnects clients. */
    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
        page.ifPresent(Page::close);
    }
}
