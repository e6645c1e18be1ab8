package dev.refractium.server.net;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a name stands for, as a name service answered. Immutable.
 *
 * @param members not empty
 * @param ttl how long the answer holds; empty if the service does not say
 * @param source what answered: {@code hosts}, {@code jdk}, or the address of a name server
 * @param trouble why a part of the answer is older or missing; empty if it is whole
 */
public record NameAnswer(List<Member> members, Optional<Duration> ttl, String source, Optional<String> trouble) {
    /** The weight 1 of a record: weights are finer than that, since the addresses of one host share its weight. */
    public static final int WEIGHT = 64;

    public NameAnswer {
        members = List.copyOf(members);
    }

    /**
     * One address that a name stands for.
     *
     * @param port 0: the name has no port of its own
     * @param priority members of a lower number come first (RFC 2782)
     * @param weight the share among members of equal priority, in units of {@link #WEIGHT}; 1 or more
     */
    public record Member(InetAddress address, int port, int priority, int weight) {
        /** An address without a port, equal to its siblings. */
        public Member(InetAddress address) {
            this(address, 0, 0, WEIGHT);
        }
    }

    /** Returns an answer of addresses that are equal to each other. */
    static NameAnswer of(List<InetAddress> addresses, Optional<Duration> ttl, String source) {
        return new NameAnswer(addresses.stream().map(Member::new).toList(), ttl, source, Optional.empty());
    }
}
