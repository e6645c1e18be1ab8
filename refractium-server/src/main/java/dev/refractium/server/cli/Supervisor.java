package dev.refractium.server.cli;

import dev.refractium.server.net.NotifySocket;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The service manager that started this process, as systemd does with {@code Type=notify}: receives what the server does,
 * and a sign of life for its watchdog (sd_notify(3), sd_watchdog_enabled(3)). Does nothing if there is none. A message
 * that cannot be sent is logged and costs nothing else.
 */
final class Supervisor implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Supervisor.class);

    private static final String SOCKET = "NOTIFY_SOCKET";
    private static final String WATCHDOG_INTERVAL = "WATCHDOG_USEC";
    private static final String WATCHDOG_PROCESS = "WATCHDOG_PID";

    /** How often a sign of life is sent, unless the watchdog wants it more often. */
    private static final long PERIOD_MS = 5_000;

    /** How much longer a stop may take at each sign of life. */
    private static final long EXTENSION_MS = 3 * PERIOD_MS;

    private final Optional<NotifySocket> socket;

    /** The interval of the watchdog in milliseconds; 0 if it is off. */
    private final long watchdogMs;

    private final CountDownLatch closed = new CountDownLatch(1);

    /** Written by the thread that runs the server, read by the thread that sends signs of life. */
    private volatile boolean stopping;

    private Supervisor(Optional<NotifySocket> socket, long watchdogMs) {
        this.socket = socket;
        this.watchdogMs = watchdogMs;
    }

    /** Returns the one that this environment names. */
    static Supervisor of(Map<String, String> environment) {
        String address = environment.get(SOCKET);
        if (address == null || address.isEmpty()) {
            return new Supervisor(Optional.empty(), 0);
        }
        try {
            return new Supervisor(Optional.of(NotifySocket.to(address)), watchdogMs(environment));
        } catch (IOException | IllegalArgumentException e) {
            log.warn("service manager cannot be notified: {} is {}: {}", SOCKET, address, e.getMessage());
            return new Supervisor(Optional.empty(), 0);
        }
    }

    /** Removes what a child of this process must not take for a message to itself. */
    static void hideFrom(Map<String, String> environment) {
        environment.remove(SOCKET);
        environment.remove(WATCHDOG_INTERVAL);
        environment.remove(WATCHDOG_PROCESS);
    }

    private static long watchdogMs(Map<String, String> environment) {
        String self = String.valueOf(ProcessHandle.current().pid());
        boolean ours = environment.getOrDefault(WATCHDOG_PROCESS, self).equals(self);
        try {
            return ours
                    ? TimeUnit.MICROSECONDS.toMillis(Long.parseLong(environment.getOrDefault(WATCHDOG_INTERVAL, "0")))
                    : 0;
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(WATCHDOG_INTERVAL + " is not a number", e);
        }
    }

    /**
     * Reports that the server listens, and sends signs of life from now on.
     *
     * @param status a line for people
     * @param stuckMs returns for how many milliseconds an event loop has not answered; called on a thread of this object
     */
    void started(String status, LongSupplier stuckMs) {
        if (socket.isPresent()) {
            send("READY=1\nSTATUS=" + status);
            Thread thread = new Thread(() -> sendSignsOfLife(stuckMs), "refractium-notify");
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** Runs a reload between the messages that it has begun and that it has ended. */
    void reload(Runnable reload) {
        // System.nanoTime is the monotonic clock of Linux, by which the manager tells this reload from earlier ones.
        send("RELOADING=1\nMONOTONIC_USEC=" + TimeUnit.NANOSECONDS.toMicros(System.nanoTime()));
        try {
            reload.run();
        } finally {
            send("READY=1");
        }
    }

    /** Reports that the server drains: until {@link #close}, the stop may take longer than the manager's own limit. */
    void stopping() {
        stopping = true;
        send("STOPPING=1\nSTATUS=draining\n" + extension());
    }

    private void sendSignsOfLife(LongSupplier stuckMs) {
        long period = watchdogMs > 0 ? Math.min(PERIOD_MS, Math.max(1, watchdogMs / 4)) : PERIOD_MS;
        try {
            do {
                if (stopping) {
                    send(extension());
                }
                if (watchdogMs > 0 && (stopping || stuckMs.getAsLong() < watchdogMs / 2)) {
                    send("WATCHDOG=1");
                }
            } while (!closed.await(period, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            log.debug("signs of life ended", e);
        }
    }

    private static String extension() {
        return "EXTEND_TIMEOUT_USEC=" + TimeUnit.MILLISECONDS.toMicros(EXTENSION_MS);
    }

    private void send(String message) {
        socket.ifPresent(open -> {
            try {
                open.send(message);
            } catch (IOException e) {
                log.warn("service manager not notified message=\"{}\" reason=\"{}\"", message, e.getMessage());
            }
        });
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
