package dev.refractium.plugins.tls;

import dev.refractium.api.Identification;
import dev.refractium.api.Peek;
import java.nio.charset.StandardCharsets;
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

    /** Types below 64 are seen in a mask; of the others, which are GREASE for the most part, no hello has so many. */
    private static final int MAX_HIGH_TYPES = 32;

    private final Peek peek;
    private final int start;
    private final byte @Nullable [] joined;
    private final int end;

    private long lowTypes;
    private final char[] highTypes = new char[MAX_HIGH_TYPES];
    private int highTypesSeen;

    private @Nullable String serverName;
    private @Nullable List<String> protocols;
    private boolean encrypted;

    /**
     * @param start where the hello is in {@code peek}
     * @param joined the hello where it is not in one piece there, else null
     * @param length in bytes, message header included
     */
    ClientHello(Peek peek, int start, byte @Nullable [] joined, int length) {
        this.peek = peek;
        this.start = start;
        this.joined = joined;
        this.end = length;
    }

    Identification identify() {
        int extensions = beforeExtensions();
        if (extensions < 0) {
            return Identification.unreadable("a malformed hello");
        }
        if (extensions == end) {
            return Identification.match();
        }
        if (extensions + 2 > end || extensions + 2 + uint16(extensions) != end) {
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
        if (end <= SESSION_ID || byteAt(VERSION) != 3 || byteAt(SESSION_ID) > MAX_SESSION_ID) {
            return -1;
        }
        int at = SESSION_ID + 1 + byteAt(SESSION_ID);
        if (at + 2 > end) {
            return -1;
        }
        int ciphers = uint16(at);
        at += 2 + ciphers;
        if (ciphers < 2 || ciphers % 2 != 0 || at >= end || byteAt(at) == 0) {
            return -1;
        }
        at += 1 + byteAt(at);
        return at <= end ? at : -1;
    }

    private @Nullable String extensions(int from) {
        int at = from;
        while (at < end) {
            if (at + 4 > end || at + 4 + uint16(at + 2) > end) {
                return "an extension that is longer than the hello";
            }
            int type = uint16(at);
            int next = at + 4 + uint16(at + 2);
            if (isAgain(type)) {
                return "an extension twice, or too many";
            }
            String problem = extension(type, at + 4, next);
            if (problem != null) {
                return problem;
            }
            at = next;
        }
        return null;
    }

    private boolean isAgain(int type) {
        if (type < Long.SIZE) {
            boolean again = (lowTypes & 1L << type) != 0;
            lowTypes |= 1L << type;
            return again;
        }
        for (int i = 0; i < highTypesSeen; i++) {
            if (highTypes[i] == type) {
                return true;
            }
        }
        if (highTypesSeen == MAX_HIGH_TYPES) {
            return true;
        }
        highTypes[highTypesSeen++] = (char) type;
        return false;
    }

    private @Nullable String extension(int type, int from, int to) {
        return switch (type) {
            case SERVER_NAME -> serverName(from, to);
            case APPLICATION_PROTOCOLS -> protocols(from, to);
            case ENCRYPTED_HELLO -> {
                encrypted = true;
                yield null;
            }
            default -> null;
        };
    }

    /** One list of one host name (RFC 6066, section 3); OpenSSL refuses more than one, and so do we. */
    private @Nullable String serverName(int from, int to) {
        boolean isOneName = to - from > 5
                && uint16(from) == to - from - 2
                && byteAt(from + 2) == 0
                && uint16(from + 3) == to - from - 5;
        if (!isOneName) {
            return "a server name list that is not one name";
        }
        serverName = HostName.canonical(text(from + 5, to));
        return serverName == null ? "a server name that is no host name" : null;
    }

    /** RFC 7301, section 3.1. */
    private @Nullable String protocols(int from, int to) {
        if (to - from < 4 || uint16(from) != to - from - 2) {
            return "a malformed protocol list";
        }
        List<String> list = new ArrayList<>();
        for (int at = from + 2; at < to; ) {
            int next = at + 1 + byteAt(at);
            if (next == at + 1 || next > to) {
                return "a malformed protocol list";
            }
            list.add(printable(text(at + 1, next)));
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

    private int byteAt(int index) {
        return joined == null ? peek.byteAt(start + index) : joined[index] & 0xff;
    }

    private int uint16(int index) {
        return byteAt(index) << 8 | byteAt(index + 1);
    }

    private String text(int from, int to) {
        return joined == null
                ? peek.ascii(start + from, start + to)
                : new String(joined, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
