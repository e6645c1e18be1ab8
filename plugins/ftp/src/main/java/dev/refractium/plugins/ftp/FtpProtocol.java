package dev.refractium.plugins.ftp;

import dev.refractium.api.HealthCheck;
import dev.refractium.api.Identification;
import dev.refractium.api.Peek;
import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.pf4j.Extension;

/**
 * FTP. Its server greets first (RFC 959, section 5.4), so that a session is reached by the client's silence; a client
 * that does not wait is recognised by a first line that no other protocol has: {@code USER} with one word, {@code HOST}
 * with one (RFC 7151), {@code AUTH} with TLS or SSL (RFC 4217), {@code FEAT}, {@code OPTS UTF8 ON} (RFC 2389) or
 * {@code SYST}, in any case, ended by CRLF.
 */
@Extension
public final class FtpProtocol implements Protocol {
    private static final List<byte[]> WHOLE_LINES = List.of(
            upper("FEAT\r\n"),
            upper("SYST\r\n"),
            upper("AUTH TLS\r\n"),
            upper("AUTH SSL\r\n"),
            upper("AUTH TLS-C\r\n"),
            upper("AUTH TLS-P\r\n"),
            upper("OPTS UTF8 ON\r\n"));
    private static final byte[] USER = upper("USER ");
    private static final byte[] HOST = upper("HOST ");
    private static final int WORD = USER.length;

    /** For PF4J. */
    public FtpProtocol() {}

    @Override
    public String name() {
        return "ftp";
    }

    @Override
    public boolean serverSpeaksFirst() {
        return true;
    }

    @Override
    public boolean canStartWith(int firstByte) {
        return switch (Character.toUpperCase(firstByte)) {
            case 'A', 'F', 'H', 'O', 'S', 'U' -> true;
            default -> false;
        };
    }

    @Override
    public Optional<HealthCheck> healthCheck(Transport transport, Map<String, String> attributes) {
        return Optional.of(new FtpHealthCheck());
    }

    @Override
    public Identification identify(Peek peek) {
        if (peek.note() > 0) {
            return word(peek, (int) peek.note());
        }
        if (begins(peek, USER) || begins(peek, HOST)) {
            return peek.length() <= WORD ? nextByte(peek, 0) : word(peek, WORD);
        }
        for (int i = 0; i < WHOLE_LINES.size(); i++) {
            byte[] line = WHOLE_LINES.get(i);
            if (begins(peek, line)) {
                return peek.length() >= line.length ? Identification.match() : nextByte(peek, 0);
            }
        }
        return Identification.noMatch();
    }

    /** The rest of a line of one word after its verb, read up to an index before. A second word is IRC's. */
    private static Identification word(Peek peek, int from) {
        for (int at = from; at < peek.length(); at++) {
            int next = peek.byteAt(at);
            if (next == '\r' && at > WORD) {
                return lineFeed(peek, at);
            }
            if (next <= ' ' || next == 0x7f) {
                return Identification.noMatch();
            }
        }
        return nextByte(peek, peek.length());
    }

    private static Identification lineFeed(Peek peek, int carriageReturn) {
        if (carriageReturn + 1 == peek.length()) {
            return nextByte(peek, carriageReturn);
        }
        return peek.byteAt(carriageReturn + 1) == '\n' ? Identification.match() : Identification.noMatch();
    }

    /** Whether what is there of {@code line}, which is in upper case, fits. */
    private static boolean begins(Peek peek, byte[] line) {
        int length = Math.min(line.length, peek.length());
        for (int i = 0; i < length; i++) {
            int there = peek.byteAt(i);
            if (there != line[i] && (there < 'a' || there > 'z' || there - 0x20 != line[i])) {
                return false;
            }
        }
        return true;
    }

    private static Identification nextByte(Peek peek, long note) {
        return Identification.needMore(peek.length() + 1, note);
    }

    private static byte[] upper(String line) {
        return line.toUpperCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
    }
}
