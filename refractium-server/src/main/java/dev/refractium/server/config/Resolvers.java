package dev.refractium.server.config;

import dev.refractium.server.text.Escape;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The key {@code resolvers}: what backends' names are looked up by.
 *
 * @param word {@link #SYSTEM} or {@link #JDK}; empty: {@code servers} are asked
 * @param servers name servers, whose hosts are addresses; empty with a word
 */
public record Resolvers(Optional<String> word, List<Endpoint> servers) {
    /** The hosts file and the name servers of the machine. */
    public static final String SYSTEM = "system";

    /** The JDK's resolver, which goes by nsswitch. */
    public static final String JDK = "jdk";

    private static final String WANTED = "; write \"system\", \"jdk\" or name servers, as [\"127.0.0.1:53\"]";

    private static final int MOST = 8;

    public Resolvers {
        servers = List.copyOf(servers);
    }

    /**
     * Reads a word, or the addresses of name servers.
     *
     * @throws IllegalArgumentException saying what is wrong
     */
    public static Resolvers parse(List<String> texts) {
        if (texts.size() == 1 && List.of(SYSTEM, JDK).contains(texts.get(0))) {
            return new Resolvers(Optional.of(texts.get(0)), List.of());
        }
        if (texts.isEmpty() || texts.size() > MOST) {
            throw new IllegalArgumentException("has " + texts.size() + " values; use 1 to " + MOST);
        }
        List<Endpoint> servers = texts.stream().map(Resolvers::server).toList();
        if (new HashSet<>(servers).size() < servers.size()) {
            throw new IllegalArgumentException("lists a name server twice; remove one");
        }
        return new Resolvers(Optional.empty(), servers);
    }

    /** Returns the name servers' addresses; empty with a word. */
    public List<InetSocketAddress> addresses() {
        return servers.stream()
                .map(server ->
                        new InetSocketAddress(HostName.address(server.host()).orElseThrow(), server.port()))
                .toList();
    }

    private static Endpoint server(String text) {
        if (text.indexOf(':') < 0) {
            throw new IllegalArgumentException(Escape.quoted(text) + " is not known here" + WANTED);
        }
        Endpoint server = Endpoint.parse(text);
        if (server.relative() || HostName.address(server.host()).isEmpty()) {
            throw new IllegalArgumentException(
                    Escape.quoted(text) + " is not the address and port of a name server" + WANTED);
        }
        return server;
    }

    @Override
    public String toString() {
        return word.orElseGet(() -> servers.stream().map(Endpoint::toString).collect(Collectors.joining(", ")));
    }
}
