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

    private final Peek peek;
    private final int start;
    private final int end;

    /** Where the extension with the server name begins; 0 if there is none. */
    private int name;

    /** Where the one with the application protocols begins. */
    private int list;

    private boolean encrypted;

    /** How many extensions found their bit set, and how many bytes were looked at again because of it. */
    private int shared;

    private int lookedAt;

    /** Whether it has been settled, for all extensions of this hello, that none is there twice. */
    private boolean allDiffer;

    /** Whether the server name is no host name, and clear all the same. */
    private boolean oddName;

    private @Nullable String serverName;
    private @Nullable List<String> protocols;

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
        String problem = find(extensions + 2);
        if (problem == null && name > 0) {
            problem = readServerName(name + 4, name + 4 + peek.uint16(name + 2));
        }
        if (problem == null && list > 0) {
            problem = readProtocols(list + 4, list + 4 + peek.uint16(list + 2));
        }
        return problem == null ? answer() : Identification.unreadable(problem);
    }

    private Identification answer() {
        if (oddName) {
            return Identification.oddName("a server name that is no host name");
        }
        boolean tellsEncrypted = encrypted && peek.wants(TlsProtocol.ECH);
        if (protocols == null && !tellsEncrypted) {
            return serverName == null ? Identification.match() : Identification.match(TlsProtocol.SNI, serverName);
        }
        Map<String, List<String>> attributes = new HashMap<>();
        if (serverName != null) {
            attributes.put(TlsProtocol.SNI, List.of(serverName));
        }
        if (protocols != null) {
            attributes.put(TlsProtocol.ALPN, protocols);
        }
        if (tellsEncrypted) {
            attributes.put(TlsProtocol.ECH, List.of(TlsProtocol.PRESENT));
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

    /**
     * Finds the extensions that are read. Every hello runs through this loop, so it has little in it: an extension that
     * is longer than the hello is seen by where the loop ends, and ECH is looked for afterwards.
     */
    private @Nullable String find(int from) {
        long seen = 0;
        int at = from;
        while (at + 4 <= end) {
            int header = (int) peek.uint32(at);
            int type = header >>> 16;
            long bit = bit(type);
            if ((seen & bit) != 0 && isRefused(type, from, at, Long.bitCount(seen))) {
                return "an extension twice, or too many";
            }
            seen |= bit;
            if ((type & ~APPLICATION_PROTOCOLS) == SERVER_NAME) {
                found(type, at);
            }
            int size = header & 0xffff;
            // A branch and not a sum: the processor foresees it, and need not wait for the length of an empty one.
            if (size == 0) {
                at += 4;
            } else {
                at += 4 + size;
            }
        }
        encrypted = (seen & bit(ENCRYPTED_HELLO)) != 0 && isThere(ENCRYPTED_HELLO, from, end);
        if (at != end) {
            return "an extension that is longer than the hello";
        }
        return Long.bitCount(seen) + shared > ExtensionTypes.MAX ? "too many extensions" : null;
    }

    private void found(int type, int at) {
        if (type == SERVER_NAME) {
            name = at;
        } else {
            list = at;
        }
    }

    /** A bit for each type. Several types share one, so that a bit that is set proves nothing. */
    private static long bit(int type) {
        return 1L << (type ^ type >>> 6);
    }

    /**
     * Whether a type of which the bit is set is there before {@code at}, or too many extensions are. Where this has
     * looked at as many bytes as the hello has, it looks at all types once more, and never again.
     *
     * @param bits how many are set: so many extensions are there, and those that shared one
     */
    private boolean isRefused(int type, int from, int at, int bits) {
        int before = bits + shared++;
        lookedAt += 4 * before;
        if (allDiffer || before >= ExtensionTypes.MAX) {
            return !allDiffer;
        }
        if (lookedAt <= end - start) {
            return isThere(type, from, at);
        }
        allDiffer = ExtensionTypes.allDiffer(peek, from, end);
        return !allDiffer;
    }

    /** Whether one of the extensions between {@code from} and {@code to} has this type. */
    private boolean isThere(int type, int from, int to) {
        for (int at = from; at + 4 <= to; at += 4 + peek.uint16(at + 2)) {
            if (peek.uint16(at) == type) {
                return true;
            }
        }
        return false;
    }

    /** One list of one host name (RFC 6066, section 3); OpenSSL refuses more than one, and so do we. */
    private @Nullable String readServerName(int from, int to) {
        boolean isOneName = to - from >= 5
                && peek.uint16(from) == to - from - 2
                && peek.byteAt(from + 2) == 0
                && peek.uint16(from + 3) == to - from - 5;
        if (!isOneName) {
            return "a server name list that is not one name";
        }
        String canonical = ServerName.canonical(peek, from + 5, to);
        if (canonical == null) {
            oddName = ServerName.isOdd(peek.ascii(from + 5, to));
            return oddName ? null : "a server name that servers read differently";
        }
        serverName = peek.wants(TlsProtocol.SNI) ? canonical : null;
        return null;
    }

    /** RFC 7301, section 3.1. */
    private @Nullable String readProtocols(int from, int to) {
        if (to - from < 4 || peek.uint16(from) != to - from - 2) {
            return "a malformed protocol list";
        }
        List<String> names = peek.wants(TlsProtocol.ALPN) ? new ArrayList<>() : null;
        for (int at = from + 2; at < to; ) {
            int next = at + 1 + peek.byteAt(at);
            if (next == at + 1 || next > to) {
                return "a malformed protocol list";
            }
            if (names != null) {
                names.add(ProtocolNames.printable(peek.ascii(at + 1, next)));
            }
            at = next;
        }
        if (names != null) {
            ProtocolNames.hideAcmeAmongOthers(names);
        }
        protocols = names;
        return null;
    }
}
