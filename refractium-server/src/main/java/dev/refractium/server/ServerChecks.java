package dev.refractium.server;

import dev.refractium.api.Transport;
import dev.refractium.server.config.Problem;
import dev.refractium.server.config.ServerConfig;
import dev.refractium.server.control.ControlServer;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.net.Io;
import dev.refractium.server.text.Escape;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what of a {@code [server]} table this machine, or this generation, cannot serve. One use, one thread. */
final class ServerChecks {
    private static final Logger log = LoggerFactory.getLogger(ServerChecks.class);

    private final ServerConfig server;
    private final List<Problem> problems;

    /** @param problems where to add what is wrong */
    ServerChecks(ServerConfig server, List<Problem> problems) {
        this.server = server;
        this.problems = problems;
    }

    /** How many connections there may be: what was said if it fits the descriptor limit, else what does fit. */
    int maxConnections(Optional<Integer> before) {
        int wanted = server.maxConnections().orElse(ServerConfig.DEFAULT_MAX_CONNECTIONS);
        OptionalInt fitting = DescriptorLimit.maxConnections(server.udpMaxSessions());
        if (fitting.isEmpty() || wanted <= fitting.getAsInt()) {
            return wanted;
        }
        String room = "the descriptor limit has room for " + Math.max(0, fitting.getAsInt()) + " beside "
                + server.udpMaxSessions() + " UDP sessions";
        if (server.maxConnections().isPresent() || fitting.getAsInt() < 1) {
            problems.add(server.origin()
                    .problem("max_connections", wanted + " is too many: " + room + "; lower it, or raise ulimit -n"));
            return wanted;
        }
        if (before.isEmpty() || before.get() != fitting.getAsInt()) {
            log.info("max_connections lowered to={} reason=\"{}\"", fitting.getAsInt(), room);
        }
        return fitting.getAsInt();
    }

    /** How many event loops share the TCP sessions of a server. */
    static int threads(ServerConfig server) {
        return server.threads().orElse(Runtime.getRuntime().availableProcessors());
    }

    /** What they stand on. */
    static Io io(ServerConfig server) {
        if (server.io().equals("nio")) {
            return Io.NIO;
        }
        Optional<String> missing = Io.EPOLL.missing();
        missing.ifPresent(why -> log.info("io=nio reason={}", Escape.quoted("epoll cannot be used here: " + why)));
        return missing.isEmpty() ? Io.EPOLL : Io.NIO;
    }

    /** Epoll must be there where it was asked for. */
    void epoll() {
        if (server.io().equals("epoll")) {
            Io.EPOLL
                    .missing()
                    .ifPresent(why -> problems.add(server.origin()
                            .problem(
                                    "io",
                                    "epoll cannot be used here: " + why
                                            + "; write \"auto\", which takes it where it can be used, or \"nio\"")));
        }
    }

    /** A named socket that cannot be had keeps the server from starting: better said here. */
    void control() {
        server.controlSocket()
                .flatMap(ControlServer::reasonAgainst)
                .ifPresent(why -> problems.add(server.origin().problem("control", why)));
    }

    void memory() {
        peekMemory();
        heap();
    }

    /** Both budgets are of the heap, which sessions and plugins need some of too. */
    private void heap() {
        long most = Runtime.getRuntime().maxMemory() / 4 * 3;
        long wanted = server.peekMemory() + server.relayMemory();
        if (wanted > most) {
            String key = server.origin().has("relay_memory") ? "relay_memory" : "peek_memory";
            problems.add(server.origin()
                    .problem(
                            key,
                            "peek_memory and relay_memory are " + wanted + " bytes together, and the heap has room for "
                                    + most + " beside the rest; lower them, or raise -Xmx (REFRACTIUM_JAVA_OPTS)"));
        }
    }

    /** Each event loop has its share; a session that fits into none of them could only give way to itself. */
    private void peekMemory() {
        int loops = threads(server);
        long least = 2L * server.peekBufferSize() * loops;
        if (server.peekMemory() < least) {
            problems.add(server.origin()
                    .problem(
                            "peek_memory",
                            server.peekMemory() + " is too small: " + loops
                                    + " event loops share it, and one session of "
                                    + "each may hold twice peek_buffer_size; use " + least + " or more"));
        }
    }

    void servesAnything(Generation generation, Set<Transport> transports) {
        boolean anything = transports.stream()
                .anyMatch(t -> !generation.routes(t).entries().isEmpty()
                        || generation.routes(t).silent() != null
                        || !server.fallback(t).isEmpty());
        if (!anything && problems.isEmpty()) {
            problems.add(
                    new Problem(
                            server.origin().source(),
                            "protocols",
                            "there is no route and no fallback, so nothing could be served; add a [[protocols]] table, or -f name=host:port"));
        }
    }
}
