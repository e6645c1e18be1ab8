package dev.refractium.server.net;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How names are looked up. Immutable.
 *
 * @param min how soon an answer is asked for again at the earliest
 * @param max how long an answer holds at most, and how long one holds whose TTL is not known
 */
public record NameSettings(Kind kind, List<InetSocketAddress> servers, Duration min, Duration max) {
    /** What is asked. */
    public enum Kind {
        /** The hosts file, then the name servers of resolv.conf. */
        SYSTEM,
        /** The JDK's resolver. */
        JDK,
        /** The name servers that are listed, and nothing else. */
        SERVERS
    }

    /** The JDK's resolver, asked every thirty seconds. */
    static final NameSettings DEFAULT =
            new NameSettings(Kind.JDK, List.of(), Duration.ofSeconds(1), Duration.ofSeconds(30));

    public NameSettings {
        servers = List.copyOf(servers);
    }

    /** Returns how long an answer of this TTL holds. */
    Duration bounded(Optional<Duration> ttl) {
        Duration said = ttl.orElse(max);
        return said.compareTo(min) < 0 ? min : said.compareTo(max) > 0 ? max : said;
    }

    /** Returns whether both ask the same servers. */
    boolean asksAs(NameSettings other) {
        return kind == other.kind && servers.equals(other.servers);
    }
}
