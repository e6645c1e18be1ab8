package dev.refractium.plugins.dns;

import dev.refractium.api.Identification;
import dev.refractium.api.Peek;
import org.jspecify.annotations.Nullable;

/**
 * One DNS request, of which the end may not have arrived: its header, its one question, its records, in this order and
 * with nothing after them (RFC 1035, section 4.1). One that asks for nothing but a cookie has no question (RFC 7873,
 * section 5.4). The note of an answer is the label or record where the reading stopped.
 */
final class Request {
    /** A header and a question for the root. */
    static final int MIN_LENGTH = 17;

    private static final int HEADER = 12;
    private static final int FLAGS = 2;
    private static final int QUESTION_TAIL = 4;
    private static final int RECORD_TAIL = 10;
    private static final int MAX_LABEL = 63;
    private static final int MAX_NAME = 255;
    private static final int POINTER = 0xc0;

    private static final int QUERY = 0;
    private static final int NOTIFY = 4;
    private static final int UPDATE = 5;

    private static final int SOA = 6;
    private static final int SIG = 24;
    private static final int NETBIOS_NAME = 32;
    private static final int SRV_OR_NETBIOS_STATUS = 33;
    private static final int OPT = 41;
    private static final int CDS = 59;
    private static final int CSYNC = 62;
    private static final int TKEY = 249;
    private static final int TSIG = 250;
    private static final int COOKIE = 10;
    private static final int FLAGS_OF_COOKIE = 0x0130;
    private static final int CLIENT_COOKIE = 8;

    private static final int BITS = 20;
    private static final int MASK = (1 << BITS) - 1;

    private final Peek peek;
    private final int start;
    private final int end;

    /** The next label. */
    private int at;

    /** Which record {@link #at} is in; 0 is the question, where there is one. */
    private int record;

    /** How long the labels before {@link #at} are. */
    private int nameLength;

    /**
     * @param start where the header begins
     * @param end where the request must end, arrived or not
     */
    Request(Peek peek, int start, int end) {
        this.peek = peek;
        this.start = start;
        this.end = end;
        long note = peek.note();
        at = (int) note & MASK;
        record = (int) (note >>> BITS) & MASK;
        nameLength = (int) (note >>> (2 * BITS));
    }

    Identification identify() {
        if (at == 0) {
            Identification answer = header();
            if (answer != null) {
                return answer;
            }
            at = start + HEADER;
        }
        int records = count(1) + count(2) + count(3);
        while (record <= records) {
            Identification answer = nameAndTail();
            if (answer != null) {
                return answer;
            }
        }
        if (at != end) {
            return Identification.noMatch();
        }
        if (peek.length() < end) {
            return more(end);
        }
        if (!hasQuestion()) {
            return isCookie() ? Identification.match() : Identification.noMatch();
        }
        return peek.wantsAttributes()
                ? Identification.match(DnsProtocol.QNAME, QuestionName.read(peek, start + HEADER))
                : Identification.match();
    }

    /** Null when the header is there and is a request's. */
    private @Nullable Identification header() {
        if (isPlainQuery()) {
            return null;
        }
        for (int i = FLAGS; i < HEADER; i++) {
            if (start + i >= peek.length()) {
                return Identification.needMore(start + i + 1);
            }
            if (!isOfRequest(i, peek.byteAt(start + i))) {
                return Identification.noMatch();
            }
        }
        record = hasQuestion() ? 0 : 1;
        return null;
    }

    /** Whether the header is there and is what almost every one is: a query, one question, two more records at most. */
    private boolean isPlainQuery() {
        return peek.length() >= start + HEADER
                && peek.byteAt(start + FLAGS) >> 3 == QUERY
                && peek.uint32(start + 4) == 1 << 16
                && peek.uint32(start + 8) <= 2;
    }

    /**
     * Whether a byte of the header may be a request's. Only what places the rest is checked, and all of it where there
     * is no question: bits that a request must not set, or an answer in a query, are for the server to refuse.
     */
    private boolean isOfRequest(int index, int value) {
        return switch (index) {
            case FLAGS -> (value & 0x80) == 0 && isKnown(value >> 3);
            case 4 -> value == 0;
            case 5 -> value == 1 || (value == 0 && (peek.uint16(start + FLAGS) & ~FLAGS_OF_COOKIE) == 0);
            case 6, 8, 10 -> value == 0 || opcode() == UPDATE;
            case 7, 9 -> value == 0 || hasQuestion();
            case 11 -> hasQuestion() ? value <= 2 || opcode() == UPDATE : value == 1;
            default -> true;
        };
    }

    private static boolean isKnown(int opcode) {
        return opcode == QUERY || opcode == NOTIFY || opcode == UPDATE;
    }

    /** Steps over the labels that are there, then over what follows a name; null if all of that is there and good. */
    private @Nullable Identification nameAndTail() {
        while (at < end) {
            if (at >= peek.length()) {
                return more(at + 1);
            }
            int size = peek.byteAt(at);
            if (size == 0 || (size >= POINTER && record > 0)) {
                return tail(size == 0 ? at + 1 : at + 2);
            }
            if (size > MAX_LABEL || nameLength + size + 2 > MAX_NAME) {
                return Identification.noMatch();
            }
            nameLength += size + 1;
            at += size + 1;
        }
        return Identification.noMatch();
    }

    /** What follows a name that ends before {@code tail}. */
    private @Nullable Identification tail(int tail) {
        int next = tail + (record == 0 ? QUESTION_TAIL : RECORD_TAIL);
        if (next > end) {
            return Identification.noMatch();
        }
        if (next > peek.length()) {
            return more(next);
        }
        if (record > 0) {
            next += peek.uint16(next - 2);
        }
        if (next > end || !(record == 0 ? isQuestion(tail) : isRecord(tail))) {
            return Identification.noMatch();
        }
        record++;
        nameLength = 0;
        at = next;
        return null;
    }

    private boolean isQuestion(int tail) {
        int type = peek.uint16(tail);
        boolean typeFits = switch (opcode()) {
            case QUERY -> type > 0 && !isNetbios(type);
            case NOTIFY -> type == SOA || type == CDS || type == CSYNC;
            default -> type == SOA;
        };
        return typeFits
                && switch (peek.uint16(tail + 2)) {
                    case 1, 3, 4, 254, 255 -> true;
                    default -> false;
                };
    }

    private boolean isNetbios(int type) {
        return type == NETBIOS_NAME
                || (type == SRV_OR_NETBIOS_STATUS && QuestionName.isOfNetbios(peek, start + HEADER));
    }

    private boolean isRecord(int tail) {
        int first = peek.byteAt(at);
        if (first >= POINTER) {
            int target = peek.uint16(at) & ~(POINTER << 8);
            if (target < HEADER || target >= at - start) {
                return false;
            }
        }
        int type = peek.uint16(tail);
        boolean isAdditional = record > count(1) + count(2);
        return !isAdditional
                || opcode() == UPDATE
                || type == TSIG
                || type == TKEY
                || type == SIG
                || (type == OPT && first == 0 && nameLength == 0);
    }

    /** Whether what follows the header is an OPT record that begins with a client's cookie (RFC 7873, section 4). */
    private boolean isCookie() {
        int name = start + HEADER;
        int cookie = name + 1 + RECORD_TAIL + 4;
        return end >= cookie + CLIENT_COOKIE
                && peek.byteAt(name) == 0
                && peek.uint16(name + 1) == OPT
                && peek.uint16(cookie - 4) == COOKIE
                && peek.uint16(cookie - 2) >= CLIENT_COOKIE
                && peek.uint16(cookie - 2) <= end - cookie;
    }

    private boolean hasQuestion() {
        return peek.byteAt(start + 5) == 1;
    }

    private int opcode() {
        return peek.byteAt(start + FLAGS) >> 3;
    }

    /** The count of a section: 1 answers, 2 authority, 3 additional. */
    private int count(int section) {
        return peek.uint16(start + 4 + 2 * section);
    }

    private Identification more(int atLeast) {
        return Identification.needMore(atLeast, (long) nameLength << (2 * BITS) | (long) record << BITS | at);
    }
}
