package dev.refractium.server.reload;

import dev.refractium.api.Transport;
import dev.refractium.server.config.Config;
import dev.refractium.server.config.HookConfig;
import dev.refractium.server.config.Origin;
import dev.refractium.server.config.ServerConfig;
import dev.refractium.server.engine.LoopKeys;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.generation.ListenerSpec;
import dev.refractium.server.hook.LiveHook;
import dev.refractium.server.net.DescriptorLimit;
import dev.refractium.server.plugin.Shared;
import dev.refractium.server.route.Route;
import dev.refractium.server.upstream.Source;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Adds up every descriptor that a server may have open at a time; every part that opens descriptors is entered here.
 * One of them is {@link DescriptorLimit#RESERVE}, so that a connection which was accepted can also be connected to a
 * backend.
 *
 * @param tcp whether there are connections at all
 * @param others all spenders except the connections
 */
record DescriptorSum(boolean tcp, List<Spender> others) {
    /** The client's socket and the backend's. */
    private static final int PER_CONNECTION = 2;

    /** An epoll loop's own descriptor, its event's and its timer's; a selector has fewer. */
    private static final int PER_LOOP = 3;

    /** A JAR is open for its classes and again for its resources; during a reload the new JARs are open too. */
    private static final int PER_PLUGIN = 4;

    /** The control socket, the clients that it answers, and one more, whose request it refuses as busy. */
    private static final int CONTROL = 10;

    /** How many questions for names are under way at a time at most. */
    private static final int QUESTIONS = 64;

    /** By UDP, and by TCP if the answer is long. */
    private static final int PER_QUESTION = 2;

    DescriptorSum {
        others = List.copyOf(others);
    }

    /**
     * Descriptors of one kind.
     *
     * @param key the key that an operator can lower, if there is one
     */
    record Spender(int each, int count, String name, Optional<Lowerable> key) {
        Spender(int each, int count, String name) {
            this(each, count, name, Optional.empty());
        }

        long total() {
            return (long) each * count;
        }

        @Override
        public String toString() {
            return (each == 1 ? "" : each + " x ") + count + " " + name;
        }
    }

    /** A key that lowers the number of descriptors. */
    record Lowerable(Origin origin, String key) {}

    /**
     * Returns the sum of what a server of this generation may open.
     *
     * @param own the number of descriptors that the process has open in any case
     */
    static DescriptorSum of(Generation generation, Set<Transport> transports, int own) {
        Config config = generation.config();
        ServerConfig server = config.server();
        List<Spender> all = new ArrayList<>();
        if (transports.contains(Transport.UDP)
                && !generation.routes(Transport.UDP).isEmpty()) {
            all.add(new Spender(
                    1,
                    server.limits().udpMaxSessions(),
                    "UDP sessions",
                    Optional.of(new Lowerable(server.origin(), "udp_max_sessions"))));
        }
        // UDP has one more loop.
        all.add(new Spender(PER_LOOP, LoopKeys.threads(server) + 1, "event loops"));
        // A reload to another address binds the new sockets before it closes the old ones.
        all.add(new Spender(2, listeners(generation.listeners()), "listening sockets"));
        backends(all, generation, LoopKeys.threads(server));
        int control = server.process().control().sockets();
        if (control > 0) {
            all.add(new Spender(CONTROL, control, "for control sockets"));
        }
        generation.hooks().forEach(hook -> hook(config, hook).ifPresent(all::add));
        if (!generation.plugins().isEmpty()) {
            all.add(new Spender(PER_PLUGIN, generation.plugins().size(), "plugins"));
        }
        all.add(new Spender(1, own, "for the JVM and its files"));
        all.add(new Spender(1, DescriptorLimit.RESERVE, "in reserve"));
        return new DescriptorSum(transports.contains(Transport.TCP), all);
    }

    /** Returns the sum for this number of connections. */
    long total(int connections) {
        return (tcp ? (long) PER_CONNECTION * connections : 0)
                + others.stream().mapToLong(Spender::total).sum();
    }

    /** Returns the number of connections that fit next to all others; negative if the others alone are too many. */
    int connectionsWithin(int limit) {
        return (int) Math.floorDiv(limit - total(0), PER_CONNECTION);
    }

    /** Returns the spender that needs the most of those that have a key. */
    Optional<Spender> largestLowerable() {
        return others.stream()
                .filter(spender -> spender.key().isPresent())
                .max(Comparator.comparingLong(Spender::total));
    }

    /** Returns the sum as text for an operator. */
    String text(int connections) {
        Stream<String> first = tcp ? Stream.of(PER_CONNECTION + " x " + connections + " connections") : Stream.empty();
        return Stream.concat(first, others.stream().map(Spender::toString)).collect(Collectors.joining(" + ")) + " = "
                + total(connections);
    }

    private static void backends(List<Spender> all, Generation generation, int loops) {
        Set<Source> tcp = backends(generation.routes(Transport.TCP));
        Set<Source> udp = backends(generation.routes(Transport.UDP));
        Set<Source> named = new HashSet<>(tcp);
        named.addAll(udp);
        Set<Source> probed = new HashSet<>(tcp);
        named.removeIf(backend -> isLiteral(backend.host()));
        udp.removeIf(backend -> generation.health(backend).probes().isEmpty());
        probed.addAll(udp);
        if (!probed.isEmpty()) {
            // Each current address of a name is probed.
            int addresses = probed.stream()
                    .mapToInt(backend -> Math.max(1, backend.targets().size()))
                    .sum();
            all.add(new Spender(1, addresses, "probes of backends"));
        }
        if (!named.isEmpty()) {
            all.add(new Spender(PER_LOOP, 1, "event loop of name lookups"));
            // A name is asked for twice, one for each family.
            boolean services = named.stream().anyMatch(Source::isService);
            int questions = services ? QUESTIONS : Math.min(QUESTIONS, 2 * named.size());
            all.add(new Spender(PER_QUESTION, questions, "lookups of names"));
        }
        if (tcp.stream().anyMatch(backend -> !isLiteral(backend.host()))) {
            // The addresses of a name.
            all.add(new Spender(DescriptorLimit.RACING_PER_LOOP, loops, "connects that race"));
        }
    }

    /** Returns whether {@code host}, which is valid, is an address or a Unix socket, and not a name. */
    private static boolean isLiteral(String host) {
        return host.startsWith("/")
                || (host.indexOf(':') >= 0 && !host.startsWith("srv://"))
                || host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    }

    private static Set<Source> backends(List<Route> routes) {
        Set<Source> backends = new HashSet<>();
        routes.forEach(route -> backends.addAll(route.pool().sources()));
        return backends;
    }

    private static Optional<Spender> hook(Config config, Shared<LiveHook> hook) {
        String name = hook.live().name();
        int count = hook.live().descriptors();
        Origin origin = Optional.ofNullable(config.hooks().get(name))
                .map(HookConfig::origin)
                .orElse(config.server().origin());
        return count == 0
                ? Optional.empty()
                : Optional.of(new Spender(1, count, "for hook " + name, Optional.of(new Lowerable(origin, "hook"))));
    }

    private static int listeners(List<ListenerSpec> listeners) {
        return listeners.stream()
                .map(ListenerSpec::binding)
                .mapToInt(binding -> binding.transport() == Transport.UDP
                        ? 1 + localAddresses(binding.internet().getAddress())
                        : 1)
                .sum();
    }

    /** Returns the number of UDP sockets: one per address of the machine if it listens on all of them. */
    private static int localAddresses(InetAddress address) {
        try {
            if (!address.isAnyLocalAddress()) {
                return 0;
            }
            boolean v4Only = address instanceof Inet4Address;
            return (int) NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(local -> !v4Only || local instanceof Inet4Address)
                    .count();
        } catch (SocketException | UncheckedIOException e) {
            // Addresses that cannot be listed are not bound either.
            return 0;
        }
    }
}
