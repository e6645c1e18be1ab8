package dev.refractium.plugins.tls;

import dev.refractium.api.Identification;
import dev.refractium.api.Peek;
import org.jspecify.annotations.Nullable;

/**
 * The records that a ClientHello arrives in (RFC 8446, section 5.1): follows them until the hello is whole. A hello may
 * be cut into records anywhere, down to one byte in each, and the version bytes of a record say nothing.
 *
 * <p>The note of an answer is where the walk stood before the record that is not complete, so that a hello in a thousand
 * records is not walked a thousand times.
 */
final class Records {
    static final int HANDSHAKE = 0x16;

    private static final int CLIENT_HELLO = 1;
    private static final int MAJOR_VERSION = 3;
    static final int RECORD_HEADER = 5;

    /** Where a record's header says how many bytes follow it. */
    static final int SIZE = 3;

    private static final int MESSAGE_HEADER = 4;
    private static final int MAX_RECORD = 1 << 14;

    /** Not allowed by the RFC; OpenSSL takes as many before it gives up. */
    private static final int MAX_EMPTY_RECORDS = 32;

    private static final int BITS = 19;
    private static final int MASK = (1 << BITS) - 1;

    private final Peek peek;

    /** Where the header of the current record is. */
    private int at;

    /** How many bytes of the hello the records before it held, the message header counted. */
    private int collected;

    /** How long the hello is, or as much of that number as those records held. */
    private int total;

    private int emptyRecords;

    Records(Peek peek) {
        this.peek = peek;
        long note = peek.note();
        at = (int) note & MASK;
        collected = (int) (note >>> BITS) & MASK;
        total = (int) (note >>> (2 * BITS)) & MASK;
        emptyRecords = (int) (note >>> (3 * BITS));
    }

    /** Whether a whole hello has arrived in a single record, as almost every one does: no walk is needed then. */
    static boolean isOneWithHello(Peek peek) {
        if (peek.length() < RECORD_HEADER + MESSAGE_HEADER) {
            return false;
        }
        int size = peek.uint16(SIZE);
        return peek.length() >= RECORD_HEADER + size
                && size <= MAX_RECORD
                && peek.uint16(0) == (HANDSHAKE << 8 | MAJOR_VERSION)
                && peek.uint32(RECORD_HEADER) == (CLIENT_HELLO << 24 | size - MESSAGE_HEADER);
    }

    Identification identify() {
        while (peek.length() >= at + RECORD_HEADER) {
            Identification answer = record();
            if (answer != null) {
                return answer;
            }
        }
        return collected == 0 ? beforeTheHello() : Identification.recognised(at + RECORD_HEADER, note());
    }

    /** Steps over a record of which the header is there; null if the hello goes on in the next. */
    private @Nullable Identification record() {
        int size = peek.uint16(at + SIZE);
        if (peek.byteAt(at) != HANDSHAKE || peek.byteAt(at + 1) != MAJOR_VERSION || size > MAX_RECORD) {
            return broken("a record that is no part of the hello");
        }
        if (size == 0 && emptyRecords == MAX_EMPTY_RECORDS) {
            return broken("too many empty records");
        }
        long before = note();
        Identification answer = messageHeader(size, before);
        if (answer != null) {
            return answer;
        }
        int left = lengthIsKnown(size) ? total - collected : Integer.MAX_VALUE;
        if (left <= size) {
            return lastRecord(size, left, before);
        }
        emptyRecords += size == 0 ? 1 : 0;
        collected += size;
        at += RECORD_HEADER + size;
        return null;
    }

    /** Reads as much of type and length as this record holds. */
    private @Nullable Identification messageHeader(int size, long before) {
        int length = total;
        for (int i = collected; i < MESSAGE_HEADER && i - collected < size; i++) {
            int index = at + RECORD_HEADER + i - collected;
            if (index == peek.length()) {
                return i == 0
                        ? Identification.needMore(index + 1, before)
                        : Identification.recognised(index + 1, before);
            }
            int next = peek.byteAt(index);
            if (i == 0 && next != CLIENT_HELLO) {
                return Identification.noMatch();
            }
            if (i == 0 && !peek.wantsAttributes()) {
                return Identification.match();
            }
            if (i == 1 && next != 0) {
                return Identification.unreadable("a hello of 64 KiB or more");
            }
            length = i == 0 ? 0 : length << 8 | next;
            if (i == MESSAGE_HEADER - 1) {
                length += MESSAGE_HEADER;
            }
        }
        total = length;
        return null;
    }

    private boolean lengthIsKnown(int size) {
        return collected + size >= MESSAGE_HEADER;
    }

    private Identification lastRecord(int size, int left, long before) {
        int payload = at + RECORD_HEADER;
        if (peek.length() < payload + left) {
            return Identification.recognised(payload + left, before);
        }
        if (left < size) {
            return Identification.unreadable("the hello's record goes on after it");
        }
        ClientHello hello = collected == 0
                ? new ClientHello(peek, payload, total)
                : new ClientHello(new Joined(joined(), peek), 0, total);
        return hello.identify();
    }

    private byte[] joined() {
        byte[] hello = new byte[total];
        int filled = 0;
        for (int record = 0; filled < total; ) {
            int size = peek.uint16(record + SIZE);
            record += RECORD_HEADER;
            for (int i = 0; i < size; i++) {
                hello[filled++] = (byte) peek.byteAt(record++);
            }
        }
        return hello;
    }

    /** No byte of the hello is there, and of the record's header a part. */
    private Identification beforeTheHello() {
        int there = peek.length() - at;
        boolean fits = (there < 1 || peek.byteAt(at) == HANDSHAKE)
                && (there < 2 || peek.byteAt(at + 1) == MAJOR_VERSION)
                && (there < 4 || peek.byteAt(at + 3) <= MAX_RECORD >> 8);
        return fits ? Identification.needMore(peek.length() + 1, note()) : Identification.noMatch();
    }

    private Identification broken(String reason) {
        return collected == 0 ? Identification.noMatch() : Identification.unreadable(reason);
    }

    private long note() {
        return (long) emptyRecords << (3 * BITS) | (long) total << (2 * BITS) | (long) collected << BITS | at;
    }
}
