package dev.refractium.plugins.http;

import dev.refractium.api.Identification;
import dev.refractium.api.Peek;
import dev.refractium.api.Peek.Fit;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A whole request head, of which the request line is known to be good up to the version. Reads the one host that it
 * names, and refuses to read one where two servers could see two: what this class takes for a header line, every
 * server must take for the same header line.
 */
final class RequestHead {
    private static final byte[] CONNECT = "CONNECT ".getBytes(StandardCharsets.US_ASCII);
    private static final boolean[] TOKEN = tokenBytes();

    private final Peek peek;
    private final int end;
    private int at;
    private @Nullable String target;
    private @Nullable String host;

    /** @param end where the empty line starts that ends the head */
    RequestHead(Peek peek, int end) {
        this.peek = peek;
        this.end = end;
    }

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
        if (target != null && fromTarget == null) {
            return Identification.unreadable("the target's authority is neither a name nor an address");
        }
        if (host != null && fromHost == null && !host.isEmpty()) {
            return Identification.unreadable("Host is neither a name nor an address");
        }
        if (fromTarget != null && host != null && !fromTarget.equals(fromHost)) {
            return Identification.unreadable("target and Host differ");
        }
        String known = fromTarget == null ? fromHost : fromTarget;
        return known == null ? Identification.match() : Identification.match(HttpProtocol.HOST, known);
    }

    private @Nullable String requestLine() {
        int method = HttpProtocol.startOfRequest(peek);
        int start = method + Methods.find(peek, method);
        int space = start;
        while (peek.byteAt(space) != ' ') {
            space++;
        }
        int first = peek.byteAt(start);
        if (first != '/' && first != '*') {
            target = authority(method, peek.ascii(start, space));
        }
        at = space + " HTTP/1.1".length();
        if (peek.byteAt(at) == '\r') {
            at++;
        }
        return peek.byteAt(at++) == '\n' ? null : "bytes after the version of the request line";
    }

    /** One header line; its problem, or null and {@link #at} is on the next line. RFC 9112, section 5. */
    private @Nullable String headerLine() {
        int name = at;
        int next = peek.byteAt(at);
        if (next == ' ' || next == '\t') {
            return "a header line goes on in the next";
        }
        while (TOKEN[next]) {
            next = peek.byteAt(++at);
        }
        if (next != ':' || at == name) {
            return "a header name is malformed";
        }
        int value = ++at;
        for (next = peek.byteAt(at); next != '\n'; next = peek.byteAt(++at)) {
            if (next == '\r' && peek.byteAt(at + 1) != '\n') {
                return "a bare CR";
            }
        }
        at++;
        return isHost(name, value - 1) ? host(peek.ascii(value, at)) : null;
    }

    private boolean isHost(int from, int to) {
        return to - from == 4
                && (peek.byteAt(from) | 0x20) == 'h'
                && (peek.byteAt(from + 1) | 0x20) == 'o'
                && (peek.byteAt(from + 2) | 0x20) == 's'
                && (peek.byteAt(from + 3) | 0x20) == 't';
    }

    private @Nullable String host(String value) {
        if (host != null) {
            return "two Host lines";
        }
        int from = 0;
        int to = value.length();
        while (to > from && " \t\r\n".indexOf(value.charAt(to - 1)) >= 0) {
            to--;
        }
        while (from < to && " \t".indexOf(value.charAt(from)) >= 0) {
            from++;
        }
        host = value.substring(from, to);
        return null;
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

    private static boolean[] tokenBytes() {
        boolean[] table = new boolean[256];
        for (int c = '!'; c < 0x7f; c++) {
            table[c] = "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0;
        }
        return table;
    }
}
