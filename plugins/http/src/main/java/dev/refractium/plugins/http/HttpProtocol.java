package dev.refractium.plugins.http;

import dev.refractium.api.HealthCheck;
import dev.refractium.api.Identification;
import dev.refractium.api.Peek;
import dev.refractium.api.Peek.Fit;
import dev.refractium.api.Protocol;
import dev.refractium.api.Settings;
import dev.refractium.api.Transport;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.pf4j.Extension;

/**
 * HTTP/1.x by its request line (RFC 9112, section 3) and the preface of HTTP/2 (RFC 9113, section 3.4). Recognised with
 * the version of the request line, since RTSP, SIP and ICAP share method names; its attribute {@code host} is known
 * when the head has ended, and never before, because a second Host line may stand anywhere in it.
 */
@Extension
public final class HttpProtocol implements Protocol {
    static final String HOST = "host";

    private static final byte[] VERSION = ascii("HTTP/1.");
    private static final byte[] PREFACE = ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

    /** Servers skip at least one empty line before a request (RFC 9112, section 2.2); more than these are no request. */
    private static final int EMPTY_LINES = 8;

    /** Notes: the target has been read up to an index; or the head has, the request line being a good one. */
    private static final long IN_TARGET = 1L << 32;

    private static final long IN_HEAD = 2L << 32;

    private final Methods methods;

    /** For PF4J. */
    public HttpProtocol() {
        this(Methods.KNOWN);
    }

    private HttpProtocol(Methods methods) {
        this.methods = methods;
    }

    /** Setting {@code methods}: request methods to know beside those of the README. */
    @Override
    public Protocol configured(Settings settings) {
        List<String> more = settings.strings("methods", List.of());
        for (String method : more) {
            if (!Methods.isName(method)) {
                settings.problem(
                        "methods",
                        "\"" + method + "\" is no request method; write capitals, digits, - and _, a letter first");
            }
        }
        return more.isEmpty() ? this : new HttpProtocol(Methods.and(more));
    }

    @Override
    public String name() {
        return "http";
    }

    @Override
    public List<String> attributes() {
        return List.of(HOST);
    }

    @Override
    public boolean canStartWith(int firstByte) {
        return firstByte == '\r' || firstByte == '\n' || methods.canStartWith(firstByte);
    }

    @Override
    public Optional<HealthCheck> healthCheck(Transport transport, Map<String, String> attributes) {
        return Optional.of(new HttpHealthCheck(Optional.ofNullable(attributes.get(HOST))));
    }

    @Override
    public Identification identify(Peek peek) {
        long note = peek.note();
        if (note >= IN_HEAD) {
            return head(peek, (int) note);
        }
        return note >= IN_TARGET ? target(peek, (int) note) : method(peek);
    }

    /** Where the request line starts: after the empty lines. The peek's length if they go on, -1 if they are none. */
    static int startOfRequest(Peek peek) {
        int at = 0;
        for (int lines = 0; lines <= EMPTY_LINES; lines++) {
            if (at == peek.length()) {
                return at;
            }
            int first = peek.byteAt(at);
            if (first == '\r') {
                if (at + 1 == peek.length()) {
                    return at + 1;
                }
                if (peek.byteAt(++at) != '\n') {
                    return -1;
                }
            } else if (first != '\n') {
                return at;
            }
            at++;
        }
        return -1;
    }

    private Identification method(Peek peek) {
        int start = startOfRequest(peek);
        if (start < 0) {
            return Identification.noMatch();
        }
        if (start == peek.length()) {
            return nextByte(peek, 0);
        }
        if (start == 0 && peek.byteAt(0) == 'P') {
            Fit preface = peek.startsWith(PREFACE, 0);
            if (preface != Fit.NO) {
                return preface == Fit.SO_FAR
                        ? nextByte(peek, 0)
                        : Identification.unreadable("HTTP/2 without TLS: its host is compressed");
            }
        }
        int method = methods.find(peek, start);
        if (method == Methods.NONE) {
            return Identification.noMatch();
        }
        int target = start + method;
        if (method == Methods.OPEN || target == peek.length()) {
            return nextByte(peek, 0);
        }
        return peek.byteAt(target) == ' ' ? Identification.noMatch() : target(peek, target);
    }

    private Identification target(Peek peek, int from) {
        for (int at = from; at < peek.length(); at++) {
            int next = peek.byteAt(at);
            if (next == ' ') {
                return version(peek, at);
            }
            if (next < ' ' || next == 0x7f) {
                return Identification.noMatch();
            }
        }
        return nextByte(peek, IN_TARGET | peek.length());
    }

    private Identification version(Peek peek, int space) {
        int digit = space + 1 + VERSION.length;
        Fit fit = peek.startsWith(VERSION, space + 1);
        if (fit == Fit.NO) {
            return Identification.noMatch();
        }
        if (digit >= peek.length()) {
            return nextByte(peek, IN_TARGET | space);
        }
        int minor = peek.byteAt(digit);
        if (minor < '0' || minor > '9') {
            return Identification.noMatch();
        }
        if (!peek.wantsAttributes()) {
            return Identification.match();
        }
        return hasLoneLineFeedFirst(peek) ? loneLineFeed() : head(peek, digit + 1);
    }

    /** Returns whether one of the empty lines before the request ends in LF alone. */
    private static boolean hasLoneLineFeedFirst(Peek peek) {
        int at = 0;
        while (peek.byteAt(at) == '\r') {
            at += 2;
        }
        return peek.byteAt(at) == '\n';
    }

    /**
     * Looks for the empty line that ends the head. A server may take LF alone for the end of a line, or not (RFC 9112,
     * section 2.2), and so see other lines than the next server: the first one settles it. A head that stops short stays
     * open, whatever stands in it: a second Host line may follow, and go to the backend unread.
     */
    private Identification head(Peek peek, int from) {
        int length = peek.length();
        for (int at = from; at < length; at++) {
            if (peek.byteAt(at) != '\n') {
                continue;
            }
            if (peek.byteAt(at - 1) != '\r') {
                return loneLineFeed();
            }
            if (peek.byteAt(at - 2) == '\n') {
                return new RequestHead(peek, methods, at - 1).identify();
            }
        }
        return Identification.recognised(length + 1, IN_HEAD | length);
    }

    private static Identification loneLineFeed() {
        return Identification.unreadable("a line ends in LF alone");
    }

    private static Identification nextByte(Peek peek, long note) {
        return Identification.needMore(peek.length() + 1, note);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
