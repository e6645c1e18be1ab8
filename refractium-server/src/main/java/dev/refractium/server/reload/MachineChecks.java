package dev.refractium.server.reload;

import dev.refractium.api.Transport;
import dev.refractium.server.config.Limits;
import dev.refractium.server.config.ListenerConfig;
import dev.refractium.server.config.Problem;
import dev.refractium.server.config.Problems;
import dev.refractium.server.config.RouteConfig;
import dev.refractium.server.config.ServerConfig;
import dev.refractium.server.config.Size;
import dev.refractium.server.config.SourceConfig;
import dev.refractium.server.config.UnixSocket;
import dev.refractium.server.control.ControlServer;
import dev.refractium.server.engine.LoopKeys;
import dev.refractium.server.files.StagedSocket;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.generation.ListenerSpec;
import dev.refractium.server.net.DirectMemory;
import dev.refractium.server.net.IoKind;
import dev.refractium.server.net.LinuxSockets;
import dev.refractium.server.net.LocalAddress;
import dev.refractium.server.text.Addresses;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds values of {@code [server]}, and sources of routes, that this machine, or this generation, cannot serve. One use, one thread. */
final class MachineChecks {
    private static final Logger log = LoggerFactory.getLogger(MachineChecks.class);

    private static final String FOREIGN = "\"client\" dials from the addresses of clients, which takes ";

    private final ServerConfig server;
    private final Problems problems;
    private final Problems unfit;

    /**
     * @param problems where to add what is wrong on every machine
     * @param unfit where to add what this machine cannot serve, but another could
     */
    MachineChecks(ServerConfig server, Problems problems, Problems unfit) {
        this.server = server;
        this.problems = problems;
        this.unfit = unfit;
    }

    /**
     * Returns the number of connections: the configured one, or as many as fit the descriptor limit.
     *
     * @param limit how many descriptors the process may have; empty if unknown
     * @param before the current number of connections
     */
    int maxConnections(DescriptorSum sum, OptionalInt limit, Optional<Integer> before) {
        int wanted = server.limits().maxConnections().orElse(Limits.DEFAULT_MAX_CONNECTIONS);
        if (limit.isEmpty() || sum.total(wanted) <= limit.getAsInt()) {
            return wanted;
        }
        int fitting = sum.connectionsWithin(limit.getAsInt());
        if (server.limits().maxConnections().isPresent() || fitting < 1) {
            tooManyDescriptors(sum, limit.getAsInt(), wanted);
            return wanted;
        }
        if (before.isEmpty() || before.get() != fitting) {
            log.info(
                    "max_connections lowered to={} descriptors=\"{}\" limit={}",
                    fitting,
                    sum.text(fitting),
                    limit.getAsInt());
        }
        return fitting;
    }

    /** Names the key to lower: that of the connections, unless the others leave no room for any. */
    private void tooManyDescriptors(DescriptorSum sum, int limit, int wanted) {
        int fitting = sum.connectionsWithin(limit);
        int shown = fitting < 1 ? server.limits().maxConnections().orElse(1) : wanted;
        String needed = ": " + sum.text(shown) + " descriptors, and the limit is " + limit;
        Optional<DescriptorSum.Spender> largest = fitting < 1 ? sum.largestLowerable() : Optional.empty();
        Problem problem = largest.flatMap(spender -> spender.key().map(lowerable -> {
                    // Suggest half of the room beside the others, since connections need some of it too.
                    long room = (limit - sum.total(0) + spender.total()) / 2;
                    String advice = room < 1 ? "; raise ulimit -n" : "; use " + room + " or less, or raise ulimit -n";
                    return lowerable.origin().problem(lowerable.key(), spender + " are too many" + needed + advice);
                }))
                .orElseGet(() -> server.origin()
                        .problem(
                                "max_connections",
                                wanted + " is too many" + needed
                                        + (fitting < 1 ? "" : "; use " + fitting + " or less")
                                        + (fitting < 1 ? "; raise ulimit -n" : ", or raise ulimit -n")));
        unfit.add(problem);
    }

    /** Checks that the buffers of all event loops, which are outside the heap, fit. */
    void threads() {
        int wanted = LoopKeys.threads(server);
        if (wanted > LoopKeys.fittingThreads()) {
            unfit.add(server.origin()
                    .problem(
                            "threads",
                            wanted + " is too many: " + new Size(DirectMemory.PER_LOOP)
                                    + " of direct memory for each event loop, and UDP's, are more than the "
                                    + new Size(DirectMemory.most()) + " that the JVM allows; use "
                                    + Math.max(1, LoopKeys.fittingThreads())
                                    + " or less, or raise -Xmx or -XX:MaxDirectMemorySize (REFRACTIUM_JAVA_OPTS)"));
        }
    }

    /** Checks that epoll is available if it is configured. */
    void epoll() {
        if (server.process().io().equals("epoll")) {
            IoKind.EPOLL
                    .missing()
                    .ifPresent(why -> unfit.add(server.origin()
                            .problem(
                                    "io",
                                    "epoll cannot be used here: " + why
                                            + "; write \"auto\", which takes it where it can be used, or \"nio\"")));
        }
    }

    /** Checks that sessions can dial from the sources that routes name. */
    void sources(List<RouteConfig> routes) {
        for (RouteConfig route : routes) {
            SourceConfig source = route.source();
            if (source.isClient() && server.process().io().equals("nio")) {
                problems.add(
                        route.origin()
                                .problem(
                                        "source",
                                        FOREIGN
                                                + "epoll, and this server has io = \"nio\"; set io = \"auto\", or leave source out"));
            } else if (source.isClient()) {
                reasonAgainstClients().ifPresent(why -> unfit.add(route.origin().problem("source", FOREIGN + why)));
            }
            source.address()
                    .filter(address -> !LocalAddress.canBind(address))
                    .ifPresent(
                            address -> unfit.add(
                                    route.origin()
                                            .problem(
                                                    "source",
                                                    "\"" + address.getHostAddress()
                                                            + "\" is no address of this machine; write one that \"ip address\" shows, or \"client\"")));
        }
    }

    private Optional<String> reasonAgainstClients() {
        Optional<String> missing = IoKind.EPOLL.missing();
        if (missing.isPresent()) {
            return Optional.of("epoll, which cannot be used here: " + missing.get() + "; leave source out");
        }
        return LinuxSockets.mayBindForeign()
                ? Optional.empty()
                : Optional.of(
                        "the capability CAP_NET_RAW, and this process does not have it; give it to the service (AmbientCapabilities=CAP_NET_RAW of systemd, --cap-add NET_RAW of containers), or leave source out");
    }

    /** Checks that listeners ask for nothing that needs epoll where it is not used. */
    void listeners(List<ListenerSpec> listeners) {
        boolean epoll =
                !server.process().io().equals("nio") && IoKind.EPOLL.missing().isEmpty();
        Set<String> reported = new HashSet<>();
        for (ListenerSpec listener : listeners) {
            if (!epoll && listener.binding().options().needsEpoll() && reported.add(listener.name())) {
                unfit.add(
                        listener.config()
                                .origin()
                                .problem(
                                        "name",
                                        "interface, freebind and v6only need io = \"epoll\", which is not used here; remove them"));
            }
        }
    }

    /** Checks the named control socket, without which the server would not start. */
    void control() {
        server.process()
                .controlSocket()
                .flatMap(ControlServer::reasonAgainst)
                .ifPresent(why -> problems.add(server.origin().problem("control", why)));
    }

    /** Checks the directories and the owners of Unix sockets. */
    void unixSockets(List<ListenerConfig> listeners) {
        for (ListenerConfig listener : listeners) {
            UnixSocket unix = listener.address().unix();
            unix.path().map(Path::of).ifPresent(place -> {
                StagedSocket.reasonAgainst(place, Addresses.LONGEST_UNIX_PATH)
                        .ifPresent(why -> unfit.add(listener.origin().problem("path", why)));
                unix.owner()
                        .filter(name -> !StagedSocket.isUser(place, name))
                        .ifPresent(name -> unfit.add(listener.origin()
                                .problem(
                                        "owner",
                                        "\"" + name + "\" is no user of this machine; create it, or name another")));
                unix.group()
                        .filter(name -> !StagedSocket.isGroup(place, name))
                        .ifPresent(name -> unfit.add(listener.origin()
                                .problem(
                                        "group",
                                        "\"" + name + "\" is no group of this machine; create it, or name another")));
            });
        }
    }

    void memory() {
        peekMemory();
        heap();
    }

    /** Checks that both budgets fit into the heap and leave room for sessions and plugins. */
    private void heap() {
        long most = Runtime.getRuntime().maxMemory() / 4 * 3;
        long wanted =
                server.peek().memory().bytes() + server.limits().relayMemory().bytes();
        if (wanted > most) {
            String key = server.origin().has("relay_memory") ? "relay_memory" : "peek_memory";
            unfit.add(server.origin()
                    .problem(
                            key,
                            "peek_memory and relay_memory are " + new Size(wanted)
                                    + " together, and the heap has room for " + new Size(most)
                                    + " beside the rest; lower them, or raise -Xmx (REFRACTIUM_JAVA_OPTS)"));
        }
    }

    /** Checks that a session fits into an event loop's share of peek memory; otherwise it could only evict itself. */
    private void peekMemory() {
        int loops = LoopKeys.threads(server);
        long least = 2 * server.peek().bufferSize().bytes() * loops;
        if (server.peek().memory().bytes() < least) {
            boolean everywhere = server.process().threads().isPresent()
                    || server.peek().memory().bytes()
                            < 2 * server.peek().bufferSize().bytes();
            (everywhere ? problems : unfit)
                    .add(server.origin()
                            .problem(
                                    "peek_memory",
                                    server.peek().memory() + " is too small: " + loops
                                            + " event loops share it, and one session of "
                                            + "each may hold twice peek_buffer_size; use " + new Size(least)
                                            + " or more"));
        }
    }

    void servesAnything(Generation generation, Set<Transport> transports) {
        boolean anything =
                transports.stream().anyMatch(t -> !generation.routes(t).isEmpty());
        if (!anything && problems.isEmpty()) {
            problems.add(
                    new Problem(
                            server.origin().source(),
                            "protocols",
                            "there is no route and no fallback, so nothing could be served; add a [[protocols]] table, or -f name=host:port"));
        }
    }
}
