package dev.refractium.plugins.dns;

import dev.refractium.api.Identification;
import dev.refractium.api.Peek;

/**
 * A request that opens a session of stateful operations (RFC 8490, section 5.4), of which the end may not have arrived:
 * a header with nothing in it but an identifier and the opcode, and one TLV or more up to the end. It asks for no name.
 * The note of an answer is where the next TLV begins.
 */
final class StatefulOperation {
    private static final int HEADER = 12;
    private static final int FLAGS = 2;
    private static final int OPCODE = 6 << 3;
    private static final int TLV_HEADER = 4;

    private StatefulOperation() {}

    /** Whether a message is one, by the first byte of its flags. */
    static boolean isOne(int flags) {
        return flags == OPCODE;
    }

    /**
     * @param start where the header begins; its identifier and the first byte of its flags are there
     * @param end where the message must end
     */
    static Identification identify(Peek peek, int start, int end) {
        int at = (int) peek.note();
        if (at == 0) {
            for (int i = start + FLAGS + 1; i < start + HEADER; i++) {
                if (i >= peek.length()) {
                    return Identification.needMore(i + 1);
                }
                if (peek.byteAt(i) != 0) {
                    return Identification.noMatch();
                }
            }
            at = start + HEADER;
        }
        while (at + TLV_HEADER <= end) {
            if (at + TLV_HEADER > peek.length()) {
                return Identification.needMore(at + TLV_HEADER, at);
            }
            at += TLV_HEADER + peek.uint16(at + 2);
        }
        if (at != end) {
            return Identification.noMatch();
        }
        return peek.length() < end ? Identification.needMore(end, at) : Identification.match();
    }
}
