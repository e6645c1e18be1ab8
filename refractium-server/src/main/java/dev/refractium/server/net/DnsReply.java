package dev.refractium.server.net;

import java.net.InetAddress;
import java.util.List;

/**
 * The reply of a name server to a single question.
 *
 * @param addresses of a question for addresses
 * @param services of a question for services
 * @param ttl in seconds, the least of all records that led to the answer
 * @param from the server that answered; of a failure the reason
 */
record DnsReply(Outcome outcome, List<InetAddress> addresses, List<Service> services, long ttl, String from) {
    /** What became of a question. */
    enum Outcome {
        /** There are records. */
        RECORDS,
        /** The name has no such records. */
        NONE,
        /** No server answered, or not to the point. */
        FAILED
    }

    /**
     * A record of RFC 2782.
     *
     * @param target a name; empty: the service is not available at this domain
     */
    record Service(int priority, int weight, int port, String target) {}

    DnsReply {
        addresses = List.copyOf(addresses);
        services = List.copyOf(services);
    }

    static DnsReply failed(String reason) {
        return new DnsReply(Outcome.FAILED, List.of(), List.of(), 0, reason);
    }

    static DnsReply none(String reason) {
        return new DnsReply(Outcome.NONE, List.of(), List.of(), 0, reason);
    }
}
