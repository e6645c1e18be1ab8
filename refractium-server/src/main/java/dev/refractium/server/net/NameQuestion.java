package dev.refractium.server.net;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A name that is asked for again and again, with the last good replies to the single questions that it takes: where one
 * of them fails, such as that for IPv6 addresses, the rest of the answer stays whole. One thread at a time.
 */
final class NameQuestion {
    /** What a name of services begins with, whose records have ports, priorities and weights (RFC 2782). */
    static final String SERVICE = "srv://";

    private final String name;
    private final boolean service;
    private Map<String, DnsReply> last = new HashMap<>();
    private Map<String, DnsReply> next = new HashMap<>();

    /** @param name a host, or {@code srv://} and the name of a service */
    NameQuestion(String name) {
        this.service = name.startsWith(SERVICE);
        this.name = service ? name.substring(SERVICE.length()) : name;
    }

    /** Returns the name, without a scheme. */
    String name() {
        return name;
    }

    /** Returns whether the name is that of a service. */
    boolean isService() {
        return service;
    }

    /** Returns the last good reply to a single question; null if there is none. */
    @Nullable
    DnsReply last(String single) {
        return last.get(single);
    }

    /** Keeps a good reply for the next time. */
    void keep(String single, DnsReply reply) {
        next.put(single, reply);
    }

    /** Forgets the replies to single questions that the name does not take any more. */
    void answered() {
        last = next;
        next = new HashMap<>();
    }
}
