package dev.refractium.plugins.ssh;

import dev.refractium.api.HealthCheck;
import dev.refractium.api.Identification;
import dev.refractium.api.Peek;
import dev.refractium.api.Peek.Fit;
import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.pf4j.Extension;

/**
 * SSH 2 by the start of the client's version string, {@code SSH-2.0-} or {@code SSH-1.99-} (RFC 4253, sections 4.2 and
 * 5.1). The rest of the line says which software it is and changes nothing; SSH has no host name to offer.
 */
@Extension
public final class SshProtocol implements Protocol {
    private static final byte[] VERSION_2 = "SSH-2.0-".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VERSION_1_99 = "SSH-1.99-".getBytes(StandardCharsets.US_ASCII);

    /** For PF4J. */
    public SshProtocol() {}

    @Override
    public String name() {
        return "ssh";
    }

    @Override
    public boolean canStartWith(int firstByte) {
        return firstByte == 'S';
    }

    @Override
    public Optional<HealthCheck> healthCheck(Transport transport, Map<String, String> attributes) {
        return Optional.of(new SshHealthCheck());
    }

    @Override
    public Identification identify(Peek peek) {
        Fit two = peek.startsWith(VERSION_2, 0);
        if (two == Fit.YES) {
            return Identification.match();
        }
        Fit one = peek.startsWith(VERSION_1_99, 0);
        if (one == Fit.YES) {
            return Identification.match();
        }
        return two == Fit.NO && one == Fit.NO ? Identification.noMatch() : Identification.needMore(peek.length() + 1);
    }
}
