package dev.refractium.plugins.http;

import dev.refractium.api.HealthCheck;
import dev.refractium.api.Peek;
import dev.refractium.api.Peek.Fit;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Asks an HTTP server for the head of {@code /} and awaits a status line (RFC 9110, section 9.3.2; RFC 9112, section 4). A
 * status of a server's own trouble is no life: 500, 502, 503, 504. One check, one thread.
 */
final class HttpHealthCheck implements HealthCheck {
    private static final byte[] VERSION = ascii("HTTP/1.");

    /** "HTTP/1.1 200", and the byte behind it. */
    private static final int STATUS_LINE = 13;

    private static final int STATUS = 9;

    private final Optional<String> host;

    /** @param host the name to ask for; empty: none, which HTTP/1.0 allows */
    HttpHealthCheck(Optional<String> host) {
        this.host = host;
    }

    @Override
    public byte[] opening() {
        return ascii("HEAD / HTTP/1." + host.map(name -> "1\r\nHost: " + name).orElse("0")
                + "\r\nUser-Agent: refractium-health-check\r\nConnection: close\r\n\r\n");
    }

    @Override
    public Verdict judge(Peek answer) {
        if (answer.startsWith(VERSION, 0) == Fit.NO) {
            return Verdict.FOREIGN;
        }
        int length = Math.min(STATUS_LINE, answer.length());
        for (int i = VERSION.length; i < length; i++) {
            if (!fits(i, answer.byteAt(i))) {
                return Verdict.FOREIGN;
            }
        }
        return length < STATUS_LINE ? Verdict.NEED_MORE : verdict(Integer.parseInt(answer.ascii(STATUS, STATUS + 3)));
    }

    private static boolean fits(int index, int value) {
        return switch (index) {
            case 8 -> value == ' ';
            case STATUS_LINE - 1 -> value == ' ' || value == '\r' || value == '\n';
            default -> value >= '0' && value <= '9';
        };
    }

    private static Verdict verdict(int status) {
        return switch (status) {
            case 500, 502, 503, 504 -> Verdict.FAILING;
            default -> status >= 100 && status < 600 ? Verdict.ALIVE : Verdict.FOREIGN;
        };
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
