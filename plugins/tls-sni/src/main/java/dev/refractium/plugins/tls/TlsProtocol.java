package dev.refractium.plugins.tls;

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
 * TLS, and SSL 3, by the ClientHello that opens the connection (RFC 8446, sections 4.1.2 and 5.1). Recognised with the
 * type of the handshake message, which is the sixth byte; the attributes are known when the whole hello is there,
 * because a client may put its server name last. The old SSL 2 form of a hello is not recognised.
 */
@Extension
public final class TlsProtocol implements Protocol {
    static final String SNI = "sni";
    static final String ALPN = "alpn";
    static final String ECH = "ech";

    /** The one value that {@code ech} has. */
    static final String PRESENT = "present";

    /** For PF4J. */
    public TlsProtocol() {}

    @Override
    public String name() {
        return "https";
    }

    @Override
    public Set<String> aliases() {
        return Set.of("tls");
    }

    @Override
    public List<String> attributes() {
        return List.of(SNI, ALPN, ECH);
    }

    @Override
    public String normalForm(String attribute, String value) {
        if (attribute.equals(ECH) && !value.equals(PRESENT)) {
            throw new IllegalArgumentException("write \"present\", or \"\" for hellos without an encrypted one");
        }
        return value;
    }

    @Override
    public boolean canStartWith(int firstByte) {
        return firstByte == Records.HANDSHAKE;
    }

    @Override
    public Optional<HealthCheck> healthCheck(Transport transport, Map<String, String> attributes) {
        return Optional.of(HealthCheck.tls(Optional.ofNullable(attributes.get(SNI))));
    }

    @Override
    public Identification identify(Peek peek) {
        return peek.wantsAttributes() && Records.isOneWithHello(peek)
                ? new ClientHello(peek, Records.RECORD_HEADER, peek.uint16(Records.SIZE)).identify()
                : new Records(peek).identify();
    }
}
