package dev.refractium.plugins.http;

import dev.refractium.api.Identification;
import dev.refractium.api.Identification.Verdict;
import dev.refractium.api.Peek;
import dev.refractium.api.Peek.Fit;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a request head, of which the request line is known to be good up to the version. Reads the one host that
 * they name, and refuses to read one where two servers could see two: whatever a server might take for a Host line, or
 * for the end of one, makes the head unreadable. Other faults are the backend's business.
 */
final class RequestHead {
    private static final byte[] CONNECT = "CONNECT ".getBytes(StandardCharsets.US_ASCII);

    private final Peek peek;
    private final Methods methods;
    private final int end;
    private int at;
    private @Nullable String target;
    private @Nullable String host;

    /** Whether a folded line may follow: not on the request line, not on a Host line. */
    private boolean mayFold;

    /** @param end after the last line that is read: where the empty line starts, if it is there */
    RequestHead(Peek peek, Methods methods, int end) {
        this.peek = peek;
        this.methods = methods;
        this.end = end;
    }

    /** The answer to a head that has ended. */
    Identification identify() {
        readTarget();
        return readLines();
    }

    /** The answer to a head that will not end in the peek; null unless the lines that are there settle it. */
    @Nullable
    Identification identifyUnfinished() {
        readTarget();
        if (at >= end) {
            return null;
        }
        Identification answer = readLines();
        return answer.verdict() == Verdict.MATCH && answer.attributes().isEmpty() ? null : answer;
    }

    private Identification readLines() {
        String problem = endOfRequestLine();
        while (problem == null && at < end) {
            problem = headerLine();
        }
        return problem == null ? answer() : Identification.unreadable(problem);
    }

    private Identification answer() {
        String fromTarget = target == null ? null : Authority.host(target);
        String fromHost = host == null ? null : Authority.host(host);
        if (target != null && fromTarget == null) {
            return Identification.unreadable("the target's authority is neither a name nor an address");
        }
        if (host != null && fromHost == null && !host.isEmpty()) {
            return Identification.unreadable("Host is neither a name nor an address");
        }
        // The target wins by RFC 9112, section 3.2.2, but not with every server; so that neither may choose the route.
        if (fromTarget != null && host != null && !fromTarget.equals(fromHost)) {
            return Identification.unreadable("target and Host differ");
        }
        String known = fromTarget == null ? fromHost : fromTarget;
        return known == null ? Identification.match() : Identification.match(HttpProtocol.HOST, known);
    }

    /** Steps over the request line up to and with its version. */
    private void readTarget() {
        int method = HttpProtocol.startOfRequest(peek);
        int start = method + methods.find(peek, method);
        int space = start;
        while (peek.byteAt(space) != ' ') {
            space++;
        }
        int first = peek.byteAt(start);
        if (first != '/' && first != '*') {
            target = authority(method, peek.ascii(start, space));
        }
        at = space + " HTTP/1.1".length();
    }

    private @Nullable String endOfRequestLine() {
        if (peek.byteAt(at) == '\r') {
            at++;
        }
        return peek.byteAt(at++) == '\n' ? null : "bytes after the version of the request line";
    }

    /** One header line; its problem, or null and {@link #at} is on the next line. RFC 9112, section 5. */
    private @Nullable String headerLine() {
        int first = peek.byteAt(at);
        if (first == ' ' || first == '\t') {
            return foldedLine();
        }
        int name = at;
        int next = first;
        while (next != ':' && !isBlankOrControl(next)) {
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

    /** A line that continues the one before (RFC 9112, section 5.2), if no server can take it for more than that. */
    private @Nullable String foldedLine() {
        skipBlanks();
        int word = at;
        int next = peek.byteAt(at);
        while (next > ' ' && next != ':') {
            next = peek.byteAt(++at);
        }
        int wordEnd = at;
        skipBlanks();
        boolean likeHost = isHost(word, wordEnd) && peek.byteAt(at) == ':';
        boolean empty = word == wordEnd && next != ':';
        return mayFold && !likeHost && !empty && restOfLine() ? null : "a folded header line";
    }

    /** ASCII's, and the two of ISO-8859-1 that servers written in Python or Java may strip from a name. */
    private static boolean isBlankOrControl(int next) {
        return next <= ' ' || next == 0x7f || next == 0x85 || next == 0xa0;
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

    /** The authority of a target in absolute form, or of CONNECT's; null where a target has none. */
    private @Nullable String authority(int method, String target) {
        int scheme = target.indexOf("://");
        if (scheme < 0) {
            return peek.startsWith(CONNECT, method) == Fit.YES ? target : null;
        }
        int from = scheme + "://".length();
        int to = from;
        while (to < target.length() && "/?#".indexOf(target.charAt(to)) < 0) {
            to++;
        }
        return target.substring(from, to);
    }
}
