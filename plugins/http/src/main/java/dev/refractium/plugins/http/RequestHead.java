package dev.refractium.plugins.http;

import dev.refractium.api.Identification;
import dev.refractium.api.Peek;
import dev.refractium.api.Peek.Fit;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a request head, of which the request line is known to be good up to the version, and which has no LF
 * without CR. Reads the one host that they name, and refuses to read one where two servers could see two: whatever a
 * server might take for a Host line, or for the end of one, makes the head unreadable. Other faults are the backend's
 * business.
 */
final class RequestHead {
    private static final byte[] CONNECT = ascii("CONNECT ");
    private static final byte[] OPTIONS = ascii("OPTIONS ");

    private final Peek peek;
    private final Methods methods;
    private final int end;
    private int at;

    /** The digit after {@code HTTP/1.}. */
    private int minor;

    /** The authority of the target; null where its form has none. */
    private @Nullable String target;

    /** Whether the target is in absolute form. */
    private boolean absolute;

    private @Nullable String host;

    /** Whether a folded line may follow: not on the request line, not on a Host line. */
    private boolean mayFold;

    /** @param end where the empty line starts that ends the head */
    RequestHead(Peek peek, Methods methods, int end) {
        this.peek = peek;
        this.methods = methods;
        this.end = end;
    }

    /** Reads the head, and answers for it. */
    Identification identify() {
        String problem = requestLine();
        while (problem == null && at < end) {
            problem = headerLine();
        }
        return problem == null ? answer() : Identification.unreadable(problem);
    }

    private Identification answer() {
        String fromTarget = target == null ? null : Authority.host(target);
        String fromHost = host == null ? null : Authority.host(host);
        if (host == null && minor != '0') {
            return Identification.unreadable("no Host line, which HTTP/1.1 demands");
        }
        // HTTP/1.0 allows it; but servers that go by the Host line find no host, and answer by their default one.
        if (host == null && absolute) {
            return Identification.unreadable("an absolute target and no Host line");
        }
        if (target != null && fromTarget == null) {
            return withoutHost(target, "the target's authority is neither a name nor an address");
        }
        if (host != null && fromHost == null && !host.isEmpty()) {
            return withoutHost(host, "Host is neither a name nor an address");
        }
        // The target wins by RFC 9112, section 3.2.2, but not with every server; so that neither may choose the route.
        if (fromTarget != null && host != null && !fromTarget.equals(fromHost)) {
            return Identification.unreadable("target and Host differ");
        }
        String known = fromTarget == null ? fromHost : fromTarget;
        return known == null ? Identification.match() : Identification.match(HttpProtocol.HOST, known);
    }

    /** Answers for a head of which the target or the Host line holds no host: one odd name in both, or a problem. */
    private Identification withoutHost(String authority, String problem) {
        String odd = Authority.oddName(authority);
        boolean one = odd != null
                && (target == null || odd.equals(Authority.oddName(target)))
                && (host == null || odd.equals(Authority.oddName(host)));
        return one ? Identification.oddName("Host is a name, but no host name") : Identification.unreadable(problem);
    }

    /** Reads the request line; its problem, or null and {@link #at} is on the next line. */
    private @Nullable String requestLine() {
        int method = HttpProtocol.startOfRequest(peek);
        int start = method + methods.find(peek, method);
        int space = start;
        while (peek.byteAt(space) != ' ') {
            space++;
        }
        at = space + " HTTP/1.".length();
        minor = peek.byteAt(at++);
        if (!readTarget(method, start, space)) {
            return "the target has none of the four forms of a request target";
        }
        if (peek.byteAt(at) == '\r') {
            at++;
        }
        return peek.byteAt(at++) == '\n' ? null : "bytes after the version of the request line";
    }

    /**
     * Reads the target in the one form that its method allows (RFC 9112, section 3.2). Returns whether the target has it:
     * where it has not, servers differ in what they read.
     */
    private boolean readTarget(int method, int from, int to) {
        int first = peek.byteAt(from);
        if (peek.startsWith(CONNECT, method) == Fit.YES) {
            target = RequestTarget.hostAndPort(peek.ascii(from, to));
            return target != null;
        }
        if (first == '/') {
            return true;
        }
        if (first == '*') {
            return to - from == 1 && peek.startsWith(OPTIONS, method) == Fit.YES;
        }
        target = RequestTarget.authority(peek.ascii(from, to));
        absolute = target != null;
        return absolute;
    }

    /** Reads one header line; its problem, or null and {@link #at} is on the next line. RFC 9112, section 5. */
    private @Nullable String headerLine() {
        int first = peek.byteAt(at);
        if (first == ' ' || first == '\t') {
            return foldedLine();
        }
        int name = at;
        int next = first;
        while (next != ':' && isVisible(next)) {
            next = peek.byteAt(++at);
        }
        if (next != ':' || at == name) {
            return "a header name is malformed";
        }
        int colon = at;
        if (!restOfLine()) {
            return "a bare CR";
        }
        mayFold = !isHost(name, colon);
        return mayFold ? null : host(colon + 1, at);
    }

    /**
     * Reads a line that continues the one before (RFC 9112, section 5.2), if no server can take it for more than that.
     * There are servers that take it for a line of its own, and strip from the name what they take for blanks: so nothing
     * may stand before a colon that is neither ASCII nor visible, nor may the name be Host.
     */
    private @Nullable String foldedLine() {
        skipBlanks();
        int name = at;
        int nameEnd = at;
        boolean visible = true;
        int next = peek.byteAt(at);
        while (next != ':' && next != '\r') {
            if (next != ' ' && next != '\t') {
                nameEnd = at + 1;
                visible &= isVisible(next);
            }
            next = peek.byteAt(++at);
        }
        boolean likeHost = next == ':' && (!visible || isHost(name, nameEnd));
        boolean empty = name == nameEnd && next != ':';
        return mayFold && !likeHost && !empty && restOfLine() ? null : "a folded header line";
    }

    /**
     * Returns whether the byte is a visible one of ASCII. Of the others, servers strip some from a name, and there is one
     * that reads no header behind a name that has any.
     */
    private static boolean isVisible(int next) {
        return next > ' ' && next < 0x7f;
    }

    private void skipBlanks() {
        while (peek.byteAt(at) == ' ' || peek.byteAt(at) == '\t') {
            at++;
        }
    }

    /** Steps over the end of the line; false at a CR that does not end it. */
    private boolean restOfLine() {
        for (int next = peek.byteAt(at); next != '\n'; next = peek.byteAt(++at)) {
            if (next == '\r' && peek.byteAt(at + 1) != '\n') {
                return false;
            }
        }
        at++;
        return true;
    }

    private boolean isHost(int from, int to) {
        return to - from == 4
                && (peek.byteAt(from) | 0x20) == 'h'
                && (peek.byteAt(from + 1) | 0x20) == 'o'
                && (peek.byteAt(from + 2) | 0x20) == 's'
                && (peek.byteAt(from + 3) | 0x20) == 't';
    }

    /** Takes the value of a Host line, without the blanks around it. */
    private @Nullable String host(int from, int to) {
        if (host != null) {
            return "two Host lines";
        }
        int first = from;
        int last = to;
        while (last > first && isBlank(peek.byteAt(last - 1))) {
            last--;
        }
        while (first < last && isBlank(peek.byteAt(first))) {
            first++;
        }
        host = peek.ascii(first, last);
        return null;
    }

    private static boolean isBlank(int next) {
        return next == ' ' || next == '\t' || next == '\r' || next == '\n';
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
