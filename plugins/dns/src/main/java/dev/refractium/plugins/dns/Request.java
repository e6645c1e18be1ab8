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
    private static final int ADDITIONAL = 10;
    private static final int QUESTION_TAIL = 4;
    private static final int RECORD_TAIL = 10;
    private static final int OPTION_HEADER = 4;
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

    /** Instead of a position: these bytes are no request. */
    private static final int BAD = Integer.MIN_VALUE;

    private Request() {}

    /**
     * Reads on where the note says, or from the beginning. A request is no object, since the compiler puts one on the heap
     * as soon as it does not inline all of this.
     *
     * @param start where the header begins
     * @param end where the request must end, arrived or not
     */
    static Identification identify(Peek peek, int start, int end) {
        long note = peek.note();
        int at = (int) note & MASK;
        int name = (int) (note >>> BITS) & MASK;
        int record = (int) (note >>> (2 * BITS));
        if (at == 0) {
            Identification answer = header(peek, start);
            if (answer != null) {
                return answer;
            }
            at = start + HEADER;
            name = at;
            record = hasQuestion(peek, start) ? 0 : 1;
        }
        for (int records = records(peek, start); record <= records; record++) {
            int last = lastOfName(peek, name, at, end, record > 0);
            if (last < 0) {
                return last == BAD ? Identification.noMatch() : more(~last + 1, record, name, ~last);
            }
            int next = next(peek, start, end, name, last, record);
            if (next < 0) {
                return next == BAD ? Identification.noMatch() : more(~next, record, name, last);
            }
            at = next;
            name = next;
        }
        if (at != end) {
            return Identification.noMatch();
        }
        return peek.length() < end ? more(end, record, name, at) : whole(peek, start, end);
    }

    /** What a request is that has been read through. */
    private static Identification whole(Peek peek, int start, int end) {
        if (!hasQuestion(peek, start)) {
            return isCookie(peek, start + HEADER, end) ? Identification.match() : Identification.noMatch();
        }
        return peek.wantsAttributes()
                ? Identification.match(DnsProtocol.QNAME, QuestionName.read(peek, start + HEADER))
                : Identification.match();
    }

    /** Null when the header is there and is a request's. */
    private static @Nullable Identification header(Peek peek, int start) {
        if (isPlainQuery(peek, start)) {
            return null;
        }
        for (int i = FLAGS; i < HEADER; i++) {
            if (start + i >= peek.length()) {
                return Identification.needMore(start + i + 1);
            }
            if (!isOfRequest(peek, start, i)) {
                return Identification.noMatch();
            }
        }
        return null;
    }

    /** Whether the header is there and is what almost every one is: a query, one question, two more records at most. */
    private static boolean isPlainQuery(Peek peek, int start) {
        return peek.length() >= start + HEADER
                && opcode(peek, start) == QUERY
                && peek.uint32(start + 4) == 1 << 16
                && peek.uint32(start + 8) <= 2;
    }

    /**
     * Whether a byte of the header may be a request's. Only what places the rest is checked, and all of it where there
     * is no question: bits that a request must not set, or an answer in a query, are for the server to refuse.
     */
    private static boolean isOfRequest(Peek peek, int start, int index) {
        int value = peek.byteAt(start + index);
        return switch (index) {
            case FLAGS -> (value & 0x80) == 0 && isKnown(value >> 3);
            case 4 -> value == 0;
            case 5 -> value == 1 || (value == 0 && (peek.uint16(start + FLAGS) & ~FLAGS_OF_COOKIE) == 0);
            case 6, 8, 10 -> value == 0 || opcode(peek, start) == UPDATE;
            case 7, 9 -> value == 0 || hasQuestion(peek, start);
            case 11 -> hasQuestion(peek, start) ? value <= 2 || opcode(peek, start) == UPDATE : value == 1;
            default -> true;
        };
    }

    private static boolean isKnown(int opcode) {
        return opcode == QUERY || opcode == NOTIFY || opcode == UPDATE;
    }

    /**
     * Steps over the labels of a name from {@code from} on.
     *
     * @param mayPoint whether it may end in a pointer
     * @return where the root label or the pointer is, {@link #BAD}, or the complement of the first byte that is missing
     */
    private static int lastOfName(Peek peek, int name, int from, int end, boolean mayPoint) {
        int at = from;
        while (at < end) {
            if (at >= peek.length()) {
                return ~at;
            }
            int size = peek.byteAt(at);
            if (size == 0 || (size >= POINTER && mayPoint)) {
                return at;
            }
            if (size > MAX_LABEL || at - name + size + 2 > MAX_NAME) {
                return BAD;
            }
            at += size + 1;
        }
        return BAD;
    }

    /**
     * Steps over what follows a name.
     *
     * @param last the name's root label or pointer
     * @param record which record it is of; 0 is the question
     * @return where the next name begins, {@link #BAD}, or the complement of how many bytes must be there
     */
    private static int next(Peek peek, int start, int end, int name, int last, int record) {
        int tail = peek.byteAt(last) == 0 ? last + 1 : last + 2;
        int next = tail + (record == 0 ? QUESTION_TAIL : RECORD_TAIL);
        if (next > end) {
            return BAD;
        }
        if (next > peek.length()) {
            return ~next;
        }
        if (record == 0) {
            return isQuestion(peek, start, tail) ? next : BAD;
        }
        int data = next;
        next += peek.uint16(next - 2);
        if (next > end || !pointsBack(peek, start, last)) {
            return BAD;
        }
        boolean isRoot = last == name && peek.byteAt(last) == 0;
        if (!isAdditional(peek, start, record) || mayBeAdditional(peek, start, peek.uint16(tail), isRoot)) {
            return next;
        }
        // Padding of a client that leaves type, class and time to live of its OPT record at zero.
        if (!isRoot || peek.uint16(start + ADDITIONAL) != 1 || next != end) {
            return BAD;
        }
        if (next > peek.length()) {
            return ~next;
        }
        return areOptions(peek, data, next) ? next : BAD;
    }

    /** Returns whether a record's data are one option or more, whole, and nothing else (RFC 6891, section 6.1.2). */
    private static boolean areOptions(Peek peek, int from, int end) {
        int at = from;
        while (at + OPTION_HEADER <= end) {
            at += OPTION_HEADER + peek.uint16(at + 2);
        }
        return at == end && at > from;
    }

    private static boolean isQuestion(Peek peek, int start, int tail) {
        int type = peek.uint16(tail);
        boolean typeFits = switch (opcode(peek, start)) {
            case QUERY -> type > 0 && !isNetbios(peek, start, type);
            case NOTIFY -> type == SOA || type == CDS || type == CSYNC;
            default -> type == SOA;
        };
        return typeFits
                && switch (peek.uint16(tail + 2)) {
                    case 1, 3, 4, 254, 255 -> true;
                    default -> false;
                };
    }

    private static boolean isNetbios(Peek peek, int start, int type) {
        return type == NETBIOS_NAME
                || (type == SRV_OR_NETBIOS_STATUS && QuestionName.isOfNetbios(peek, start + HEADER));
    }

    /** Whether a name's last byte is the root label, or a pointer to something that lies between the header and it. */
    private static boolean pointsBack(Peek peek, int start, int last) {
        if (peek.byteAt(last) < POINTER) {
            return true;
        }
        int target = peek.uint16(last) & ~(POINTER << 8);
        return target >= HEADER && target < last - start;
    }

    private static boolean mayBeAdditional(Peek peek, int start, int type, boolean isRoot) {
        return opcode(peek, start) == UPDATE || type == TSIG || type == TKEY || type == SIG || (type == OPT && isRoot);
    }

    /** Whether what follows the header is an OPT record that begins with a client's cookie (RFC 7873, section 4). */
    private static boolean isCookie(Peek peek, int name, int end) {
        int cookie = name + 1 + RECORD_TAIL + 4;
        return end >= cookie + CLIENT_COOKIE
                && peek.byteAt(name) == 0
                && peek.uint16(name + 1) == OPT
                && peek.uint16(cookie - 4) == COOKIE
                && peek.uint16(cookie - 2) >= CLIENT_COOKIE
                && peek.uint16(cookie - 2) <= end - cookie;
    }

    private static boolean hasQuestion(Peek peek, int start) {
        return peek.byteAt(start + 5) == 1;
    }

    private static int opcode(Peek peek, int start) {
        return peek.byteAt(start + FLAGS) >> 3;
    }

    /** How many there are behind the question: answers, authority, additional. */
    private static int records(Peek peek, int start) {
        return peek.uint16(start + 6) + peek.uint16(start + 8) + peek.uint16(start + 10);
    }

    private static boolean isAdditional(Peek peek, int start, int record) {
        return record > peek.uint16(start + 6) + peek.uint16(start + 8);
    }

    private static Identification more(int atLeast, int record, int name, int at) {
        return Identification.needMore(atLeast, (long) record << (2 * BITS) | (long) name << BITS | at);
    }
}
