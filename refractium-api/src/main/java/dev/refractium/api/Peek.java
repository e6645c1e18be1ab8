package dev.refractium.api;

import java.util.Objects;

/**
 * The first bytes of a session, as far as they are known: a byte stream's prefix on TCP, one whole datagram on UDP, or
 * several behind each other where the protocol asks for them ({@link Protocol#datagrams}).
 *
 * <p>Made by the host, on an event loop, for one call of {@link Protocol#identify}; it is dead once that call returns,
 * and a later use throws {@link IllegalStateException}. Indices are absolute and start at 0. An index outside
 * {@code [0, length())} throws {@link IndexOutOfBoundsException}, which closes the session like any other throw out of
 * {@code identify}.
 *
 * @since 0.1.0
 */
public interface Peek {
    /** How a sequence of bytes fits what has arrived. */
    enum Fit {
        /** A byte differs; what follows cannot change that. */
        NO,
        /** Every byte that is there fits, and some have not arrived. */
        SO_FAR,
        /** All bytes are there and equal. */
        YES
    }

    /** How the session arrived. */
    Transport transport();

    /** How many bytes are known; at least 1 on TCP, 0 for an empty datagram. */
    int length();

    /**
     * Whether nothing more will be waited for: a stream that ended, a full peek buffer, a peek time-out or, on UDP, as many
     * datagrams as the protocol asks for.
     * A protocol may ignore it: the host itself turns {@link Identification.Verdict#NEED_MORE} into a no then, or, where
     * a route of the protocol asks for attributes, into {@link Identification.Verdict#UNREADABLE}. A protocol that does
     * not want to keep the session on so few bytes answers {@link Identification.Verdict#NO_MATCH}.
     */
    boolean isFinal();

    /**
     * Returns how many datagrams have arrived: at least 1 on UDP, and at most as many as the protocol asks for
     * ({@link Protocol#datagrams}); 0 on TCP. The bytes of the peek are the datagrams one behind the other.
     */
    default int datagrams() {
        return transport() == Transport.UDP ? 1 : 0;
    }

    /**
     * Returns where a datagram ends: the index behind its last byte, which is where the next one begins. A datagram may be
     * empty.
     *
     * @param datagram its number, from 0
     * @throws IndexOutOfBoundsException if there is no such datagram
     */
    default int datagramEnd(int datagram) {
        Objects.checkIndex(datagram, datagrams());
        return length();
    }

    /**
     * What this protocol noted in its last answer for this session ({@link Identification#needMore(int, long)}); 0 when
     * it is asked for the first time. It says how far the bytes were read, so that they are not read again each time
     * some are added. It is a short cut, not a memory: the answer must be the same with 0.
     */
    default long note() {
        return 0;
    }

    /**
     * Whether a route asks for an attribute of this protocol. Where it says false, the answer may leave attributes out,
     * since nobody looks at them: a protocol may ignore it, or save the work of reading them.
     */
    default boolean wantsAttributes() {
        return true;
    }

    /**
     * Whether anybody looks at this attribute of the protocol, as {@link #wantsAttributes()} says of all: where it says
     * false, the answer may leave it out. What is not left out must not depend on it.
     */
    default boolean wants(String attribute) {
        return wantsAttributes();
    }

    /** The byte at {@code index}, 0 to 255. */
    int byteAt(int index);

    /** The two bytes from {@code index}, big-endian, 0 to 65535. */
    default int uint16(int index) {
        return byteAt(index) << 8 | byteAt(index + 1);
    }

    /** The three bytes from {@code index}, big-endian, 0 to 16777215. */
    default int uint24(int index) {
        return uint16(index) << 8 | byteAt(index + 2);
    }

    /** The four bytes from {@code index}, big-endian, 0 to 4294967295. */
    default long uint32(int index) {
        return (long) uint16(index) << 16 | uint16(index + 2);
    }

    /** The eight bytes from {@code index}, big-endian, as they are: negative if the first is 128 or more. */
    default long int64(int index) {
        return uint32(index) << 32 | uint32(index + 4);
    }

    /**
     * How {@code prefix} fits at {@code offset}. {@code offset} may lie at or beyond {@link #length()}: the answer is
     * then {@link Fit#SO_FAR}. The array is only read and not kept.
     */
    default Fit startsWith(byte[] prefix, int offset) {
        if (offset < 0) {
            throw new IndexOutOfBoundsException(offset);
        }
        int length = length();
        for (int i = 0; i < prefix.length; i++) {
            if (offset + i >= length) {
                return Fit.SO_FAR;
            }
            if (byteAt(offset + i) != (prefix[i] & 0xff)) {
                return Fit.NO;
            }
        }
        return Fit.YES;
    }

    /**
     * The bytes of {@code [from, to)} as text, one character each (ISO-8859-1), so that no byte is lost. Allocates.
     */
    String ascii(int from, int to);
}
