package dev.refractium.server.cli;

import dev.refractium.server.Refractium;
import dev.refractium.server.StartException;
import dev.refractium.server.admin.AdminServer;
import dev.refractium.server.config.AdminConfig;
import dev.refractium.server.text.Addresses;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP listener for metrics and probes of the server that this process runs, as configured. Any thread. */
final class Admin implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Admin.class);

    /** The table that was applied last, or failed last. */
    private Optional<AdminConfig> applied = Optional.empty();

    /** Null unless it is open. */
    private @Nullable AdminServer open;

    private boolean closed;

    /**
     * Opens it for a server that has just started.
     *
     * @throws StartException if its address cannot be bound
     */
    synchronized void open(Refractium server) throws StartException {
        applied = server.admin();
        try {
            open = started(server);
        } catch (IOException e) {
            throw new StartException("no metrics listener " + address(applied) + ": " + e.getMessage(), e);
        }
        logOpen();
    }

    /** Moves it to the configured address without waiting, if that has changed. Call it now and then. */
    synchronized void keep(Refractium server) {
        Optional<AdminConfig> wanted = server.admin();
        if (closed || same(wanted, applied)) {
            return;
        }
        AdminServer before = open;
        if (before != null) {
            // Two listeners cannot have one address, and another set of hosts may be all that has changed.
            before.close();
            open = null;
        }
        applied = wanted;
        try {
            open = started(server);
            logOpen();
        } catch (IOException e) {
            log.warn("no metrics listener address={} reason=\"{}\"", address(applied), e.getMessage());
        }
    }

    private void logOpen() {
        if (open != null) {
            log.info("metrics listener url=http://{}/metrics", Addresses.text(open.address()));
        }
    }

    private @Nullable AdminServer started(Refractium server) throws IOException {
        if (applied.isEmpty()) {
            return null;
        }
        AdminServer.limitClients();
        AdminConfig keys = applied.get();
        return AdminServer.start(
                new InetSocketAddress(keys.bind(), keys.port()), keys.hosts(), server.administration());
    }

    /** Returns whether both tables ask for the same listener, wherever they are written. */
    private static boolean same(Optional<AdminConfig> one, Optional<AdminConfig> other) {
        return one.map(Admin::listener).equals(other.map(Admin::listener));
    }

    private record Wanted(String bind, int port, List<String> hosts) {}

    private static Wanted listener(AdminConfig keys) {
        return new Wanted(keys.bind(), keys.port(), keys.hosts());
    }

    private static String address(Optional<AdminConfig> keys) {
        return keys.map(table -> table.bind() + ":" + table.port()).orElse("-");
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (open != null) {
            open.close();
        }
    }
}
