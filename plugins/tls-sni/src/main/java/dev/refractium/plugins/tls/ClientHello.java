package dev.refractium.plugins.tls;

import dev.refractium.api.Identification;
import dev.refractium.api.Peek;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A whole ClientHello (RFC 8446, section 4.1.2), message header included. Every length must fit exactly, and nothing may
 * be there twice: where servers could read it in two ways, it is unreadable.
 */
final class ClientHello {
    private static final int SERVER_NAME = 0;
    private static final int APPLICATION_PROTOCOLS = 16;
    private static final int ENCRYPTED_HELLO = 0xfe0d;

    private static final int VERSION = 4;
    private static final int SESSION_ID = VERSION + 2 + 32;
    private static final int MAX_SESSION_ID = 32;

    /** More than any client sends, GREASE included; so that looking for one that is there twice stays cheap. */
    private static final int MAX_EXTENSIONS = 64;

    private final Peek peek;
    private final int start;
    private final int end;

    private @Nullable String serverName;
    private @Nullable List<String> protocols;
    private boolean encrypted;

    /**
     * @param peek holds the hello in one piece
     * @param start where it begins there
     * @param length in bytes, message header included
     */
    ClientHello(Peek peek, int start, int length) {
        this.peek = peek;
        this.start = start;
        this.end = start + length;
    }

    Identification identify() {
        int extensions = beforeExtensions();
        if (extensions < 0) {
            return Identification.unreadable("a malformed hello");
        }
        if (extensions == end) {
            return Identification.match();
        }
        if (extensions + 2 > end || extensions + 2 + peek.uint16(extensions) != end) {
            return Identification.unreadable("the extensions do not end with the hello");
        }
        String problem = extensions(extensions + 2);
        return problem == null ? answer() : Identification.unreadable(problem);
    }

    private Identification answer() {
        if (protocols == null && !encrypted) {
            return serverName == null ? Identification.match() : Identification.match(TlsProtocol.SNI, serverName);
        }
        Map<String, List<String>> attributes = new HashMap<>();
        if (serverName != null) {
            attributes.put(TlsProtocol.SNI, List.of(serverName));
        }
        if (protocols != null) {
            attributes.put(TlsProtocol.ALPN, protocols);
        }
        if (encrypted) {
            attributes.put(TlsProtocol.ECH, List.of("present"));
        }
        return Identification.match(attributes);
    }

    /** Steps over version, random, session id, cipher suites and compression methods; -1 if they do not fit. */
    private int beforeExtensions() {
        if (end - start <= SESSION_ID
                || peek.byteAt(start + VERSION) != 3
                || peek.byteAt(start + SESSION_ID) > MAX_SESSION_ID) {
            return -1;
        }
        int at = start + SESSION_ID + 1 + peek.byteAt(start + SESSION_ID);
        if (at + 2 > end) {
            return -1;
        }
        int ciphers = peek.uint16(at);
        at += 2 + ciphers;
        if (ciphers < 2 || ciphers % 2 != 0 || at >= end || peek.byteAt(at) == 0) {
            return -1;
        }
        at += 1 + peek.byteAt(at);
        return at <= end ? at : -1;
    }

    /** Walks over all first: the loop that every hello runs through has little in it. */
    private @Nullable String extensions(int from) {
        int name = 0;
        int list = 0;
        long seen = 0;
        int count = 0;
        for (int at = from; at < end; ) {
            long header = at + 4 > end ? 0xffff : peek.uint32(at);
            int type = (int) (header >>> 16);
            int next = at + 4 + (int) (header & 0xffff);
            if (next > end) {
                return "an extension that is longer than the hello";
            }
            // A bit for each type that was seen. Several types share one, so that a bit that is set proves nothing.
            long bit = 1L << (type ^ type >>> 6 ^ type >>> 12);
            if (++count > MAX_EXTENSIONS || ((seen & bit) != 0 && isThere(type, from, at))) {
                return "an extension twice, or too many";
            }
            seen |= bit;
            if (type == SERVER_NAME) {
                name = at;
            } else if (type == APPLICATION_PROTOCOLS) {
                list = at;
            } else if (type == ENCRYPTED_HELLO) {
                encrypted = true;
            }
            at = next;
        }
        String problem = name == 0 ? null : serverName(name + 4, name + 4 + peek.uint16(name + 2));
        return problem != null || list == 0 ? problem : protocols(list + 4, list + 4 + peek.uint16(list + 2));
    }

    /** Whether one of the extensions between {@code from} and {@code to} has this type. */
    private boolean isThere(int type, int from, int to) {
        for (int at = from; at < to; at += 4 + peek.uint16(at + 2)) {
            if (peek.uint16(at) == type) {
                return true;
            }
        }
        return false;
    }

    /** One list of one host name (RFC 6066, section 3); OpenSSL refuses more than one, and so do we. */
    private @Nullable String serverName(int from, int to) {
        boolean isOneName = to - from > 5
                && peek.uint16(from) == to - from - 2
                && peek.byteAt(from + 2) == 0
                && peek.uint16(from + 3) == to - from - 5;
        if (!isOneName) {
            return "a server name list that is not one name";
        }
        serverName =
                isCanonical(from + 5, to) ? peek.ascii(from + 5, to) : HostName.canonical(peek.ascii(from + 5, to));
        return serverName == null ? "a server name that is no host name" : null;
    }

    /** Whether a name needs no change, as almost every one: found out on the bytes, before there is a string. */
    private boolean isCanonical(int from, int to) {
        int label = 0;
        for (int at = from; at < to; at++) {
            int next = peek.byteAt(at);
            if (HostName.isLabelCharacter(next)) {
                label++;
            } else if (next != '.' || label == 0 || label > HostName.MAX_LABEL) {
                return false;
            } else {
                label = 0;
            }
        }
        return label > 0 && label <= HostName.MAX_LABEL && to - from <= HostName.MAX_NAME;
    }

    /** RFC 7301, section 3.1. */
    private @Nullable String protocols(int from, int to) {
        if (to - from < 4 || peek.uint16(from) != to - from - 2) {
            return "a malformed protocol list";
        }
        List<String> list = new ArrayList<>();
        for (int at = from + 2; at < to; ) {
            int next = at + 1 + peek.byteAt(at);
            if (next == at + 1 || next > to) {
                return "a malformed protocol list";
            }
            list.add(printable(peek.ascii(at + 1, next)));
            at = next;
        }
        protocols = list;
        return null;
    }

    /** Protocol names are bytes and case counts; those that are no printable ASCII, as GREASE is, show as \xhh. */
    private static String printable(String name) {
        StringBuilder shown = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c > ' ' && c < 0x7f && c != '\\') {
                shown.append(c);
            } else {
                shown.append("\\x").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            }
        }
        return shown.toString();
    }
}
