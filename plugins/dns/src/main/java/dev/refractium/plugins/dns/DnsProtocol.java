package dev.refractium.plugins.dns;

import dev.refractium.api.HealthCheck;
import dev.refractium.api.Identification;
import dev.refractium.api.Peek;
import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.pf4j.Extension;

/**
 * DNS: queries, notifications and updates (RFC 1035, 1996, 2136), as a datagram or with a length before it over TCP
 * (RFC 7766), and there stateful operations (RFC 8490). Nothing in a DNS header is a magic number, and the headers of
 * WireGuard, QUIC, STUN, NTP and others pass for one; so a request matches when it was read through and ends where its own counts and lengths say.
 */
@Extension
public final class DnsProtocol implements Protocol {
    static final String QNAME = "qname";

    private static final int LENGTH_PREFIX = 2;
    private static final int FLAGS = 2;

    /** No query comes near it, and so a stream that begins with a letter is refused at that letter. */
    private static final int MAX_LENGTH_OVER_TCP = 1 << 14;

    /** For PF4J. */
    public DnsProtocol() {}

    @Override
    public String name() {
        return "dns";
    }

    @Override
    public Set<Transport> transports() {
        return Set.of(Transport.TCP, Transport.UDP);
    }

    @Override
    public List<String> attributes() {
        return List.of(QNAME);
    }

    /** Clients repeat a question that is not answered, to another server too (RFC 1035, 4.2.1 and 7.2). */
    @Override
    public boolean isRepeatable() {
        return true;
    }

    /** Over UDP a question has one answer, in one datagram (RFC 1035, 4.2.1). */
    @Override
    public int responses() {
        return 1;
    }

    @Override
    public Optional<HealthCheck> healthCheck(Transport transport, Map<String, String> attributes) {
        return Optional.of(new DnsHealthCheck(transport, attributes.getOrDefault(QNAME, DnsHealthCheck.LOCALHOST)));
    }

    @Override
    public Identification identify(Peek peek) {
        int length = peek.length();
        if (peek.transport() == Transport.UDP) {
            return length < Request.MIN_LENGTH ? Identification.noMatch() : Request.identify(peek, 0, length);
        }
        if (length < LENGTH_PREFIX) {
            return peek.byteAt(0) > MAX_LENGTH_OVER_TCP >> 8
                    ? Identification.noMatch()
                    : Identification.needMore(LENGTH_PREFIX);
        }
        int end = LENGTH_PREFIX + peek.uint16(0);
        if (end < LENGTH_PREFIX + Request.MIN_LENGTH || end > LENGTH_PREFIX + MAX_LENGTH_OVER_TCP) {
            return Identification.noMatch();
        }
        boolean isStateful =
                peek.length() > LENGTH_PREFIX + FLAGS && StatefulOperation.isOne(peek.byteAt(LENGTH_PREFIX + FLAGS));
        return isStateful
                ? StatefulOperation.identify(peek, LENGTH_PREFIX, end)
                : Request.identify(peek, LENGTH_PREFIX, end);
    }
}
