package dev.refractium.plugins.capture;

import dev.refractium.api.Direction;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The blocks of a pcapng file, little-endian, as its format is laid down for the IETF's opsawg. */
final class Blocks {
    /** What a file of this kind begins with, whatever the order of its bytes. */
    static final int SECTION = 0x0A0D0D0A;

    static final int INTERFACE = 1;

    /** Read in the other order it says that the section has the other one. */
    static final int BYTE_ORDER = 0x1A2B3C4D;

    private static final int ENHANCED_PACKET = 6;
    private static final long LENGTH_UNKNOWN = -1;

    /** Packets begin with their IP header. */
    private static final int LINKTYPE_RAW = 101;

    private static final int OPTION_COMMENT = 1;
    private static final int OPTION_NAME = 2;
    private static final int OPTION_FLAGS = 2;
    private static final int OPTION_APPLICATION = 4;
    private static final int INBOUND = 1;
    private static final int OUTBOUND = 2;

    private Blocks() {}

    /** The beginning of a section, with the one interface that its packets refer to. */
    static byte[] section() {
        byte[] application = text("Refractium");
        byte[] name = text("refractium");
        byte[] blocks = new byte[28 + option(application) + 4 + 20 + option(name) + 4];
        ByteBuffer out = over(blocks);
        int length = 28 + option(application) + 4;
        out.putInt(SECTION).putInt(length).putInt(BYTE_ORDER);
        out.putShort((short) 1).putShort((short) 0).putLong(LENGTH_UNKNOWN);
        put(out, OPTION_APPLICATION, application);
        out.putInt(0).putInt(length);
        length = 20 + option(name) + 4;
        out.putInt(INTERFACE).putInt(length).putShort((short) LINKTYPE_RAW).putShort((short) 0);
        out.putInt(0);
        put(out, OPTION_NAME, name);
        out.putInt(0).putInt(length);
        return blocks;
    }

    /**
     * A packet that passed.
     *
     * @param packet read to its end
     * @param comment shown beside the packet; empty for none
     */
    static byte[] packet(Instant at, Direction direction, ByteBuffer packet, String comment) {
        byte[] remark = text(comment);
        int size = packet.remaining();
        int length = 32 + padded(size) + (remark.length == 0 ? 0 : option(remark)) + 8 + 4;
        long micros = ChronoUnit.MICROS.between(Instant.EPOCH, at);
        byte[] block = new byte[length];
        ByteBuffer out = over(block);
        out.putInt(ENHANCED_PACKET).putInt(length).putInt(0);
        out.putInt((int) (micros >>> 32)).putInt((int) micros);
        out.putInt(size).putInt(size).put(packet);
        out.position(28 + padded(size));
        if (remark.length > 0) {
            put(out, OPTION_COMMENT, remark);
        }
        out.putShort((short) OPTION_FLAGS).putShort((short) 4);
        out.putInt(direction == Direction.FROM_CLIENT ? INBOUND : OUTBOUND);
        out.putInt(0).putInt(length);
        return block;
    }

    private static void put(ByteBuffer out, int code, byte[] value) {
        int end = out.position() + option(value);
        out.putShort((short) code).putShort((short) value.length).put(value);
        out.position(end);
    }

    private static int option(byte[] value) {
        return 4 + padded(value.length);
    }

    private static int padded(int length) {
        return length + 3 & ~3;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static ByteBuffer over(byte[] block) {
        return ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
    }
}
