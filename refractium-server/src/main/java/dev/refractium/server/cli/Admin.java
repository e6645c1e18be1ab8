package dev.refractium.server.cli;

import dev.refractium.server.Refractium;
import dev.refractium.server.StartException;
import dev.refractium.server.admin.AdminRules;
import dev.refractium.server.admin.AdminServer;
import dev.refractium.server.config.AdminToken;
import dev.refractium.server.text.Addresses;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP listener for metrics, probes and the page of the server that this process runs, as configured. Any thread. */
final class Admin implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Admin.class);

    /** What was applied last, or failed last. */
    private Optional<Wanted> applied = Optional.empty();

    /** Null unless it is open. */
    private @Nullable AdminServer open;

    private boolean closed;

    /**
     * Opens it for a server that has just started.
     *
     * @throws StartException if its address cannot be bound
     */
    synchronized void open(Refractium server) throws StartException {
        applied = wanted(server);
        try {
            open = started(server);
        } catch (IOException e) {
            throw new StartException("no metrics listener " + address(applied) + ": " + e.getMessage(), e);
        }
        logOpen();
    }

    /** Moves it to the configured address without waiting, if that has changed. Call it now and then. */
    synchronized void keep(Refractium server) {
        Optional<Wanted> wanted = wanted(server);
        if (closed || wanted.equals(applied)) {
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
            String url = "http://" + Addresses.text(open.address());
            if (applied.map(Wanted::page).orElse(false)) {
                log.info("metrics listener url={}/metrics page={}/", url, url);
            } else {
                log.info("metrics listener url={}/metrics", url);
            }
        }
    }

    private @Nullable AdminServer started(Refractium server) throws IOException {
        if (applied.isEmpty()) {
            return null;
        }
        AdminServer.limitClients();
        Wanted keys = applied.get();
        Optional<Predicate<String>> token = keys.token().map(secret -> secret::matches);
        return AdminServer.start(
                new InetSocketAddress(keys.bind(), keys.port()),
                new AdminRules(keys.hosts(), keys.page(), token),
                server.administration());
    }

    /** What the configuration asks for, wherever it is written. */
    private record Wanted(String bind, int port, List<String> hosts, boolean page, Optional<AdminToken> token) {}

    private static Optional<Wanted> wanted(Refractium server) {
        Optional<AdminToken> token = server.adminToken();
        return server.admin().map(keys -> {
            // A reload may come between the two questions; never is there a page without its token.
            boolean fit = keys.page().tokenFile().isPresent() == token.isPresent();
            return new Wanted(keys.bind(), keys.port(), keys.hosts(), fit && keys.hasPage(), token);
        });
    }

    private static String address(Optional<Wanted> keys) {
        return keys.map(wanted -> wanted.bind() + ":" + wanted.port()).orElse("-");
    }

    /** Lets go of its address, since the process that serves from now on takes it. */
    void leave() {
        close();
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (open != null) {
            open.close();
        }
    }
}
