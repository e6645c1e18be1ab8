package dev.refractium.plugins.ssh;

import dev.refractium.api.HealthCheck;
import dev.refractium.api.Peek;
import dev.refractium.api.Peek.Fit;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Greets an SSH server, awaits its version string, and disconnects "by application", as a client does whose user has
 * given up (RFC 4253, sections 4.2, 6 and 11.1). One check, one thread.
 */
final class SshHealthCheck implements HealthCheck {
    private static final byte[] GREETING = ascii("SSH-2.0-Refractium_health_check\r\n");
    private static final byte[] VERSION_2 = ascii("SSH-2.0-");
    private static final byte[] VERSION_1_99 = ascii("SSH-1.99-");
    private static final byte[] DISCONNECT = disconnect();

    /** The longest line of a server, which may send others before its version string (RFC 4253, section 4.2). */
    private static final int LONGEST_LINE = 255;

    private static final int MOST_LINES = 50;

    @Override
    public byte[] opening() {
        return GREETING.clone();
    }

    @Override
    public Verdict judge(Peek answer) {
        int start = 0;
        for (int line = 0; line < MOST_LINES; line++) {
            Fit two = answer.startsWith(VERSION_2, start);
            Fit one = answer.startsWith(VERSION_1_99, start);
            int end = lineFeed(answer, start);
            if (two == Fit.YES || one == Fit.YES) {
                return end < 0 && answer.length() - start <= LONGEST_LINE ? Verdict.NEED_MORE : alive(end);
            }
            if (end < 0) {
                boolean open = answer.length() - start <= LONGEST_LINE && isText(answer, start, answer.length());
                return open ? Verdict.NEED_MORE : Verdict.FOREIGN;
            }
            if (end - start > LONGEST_LINE || !isText(answer, start, end)) {
                return Verdict.FOREIGN;
            }
            start = end + 1;
        }
        return Verdict.FOREIGN;
    }

    @Override
    public byte[] closing() {
        return DISCONNECT.clone();
    }

    private static Verdict alive(int end) {
        return end < 0 ? Verdict.FOREIGN : Verdict.ALIVE;
    }

    /** Returns the index of the line feed that ends a line; -1 if it has not arrived. */
    private static int lineFeed(Peek answer, int from) {
        for (int i = from; i < answer.length(); i++) {
            if (answer.byteAt(i) == '\n') {
                return i;
            }
        }
        return -1;
    }

    /** Returns whether there is no NUL, which MySQL and others begin with, and which no line may have. */
    private static boolean isText(Peek answer, int from, int to) {
        for (int i = from; i < to; i++) {
            if (answer.byteAt(i) == 0) {
                return false;
            }
        }
        return true;
    }

    /** A packet without encryption: its length, padding and SSH_MSG_DISCONNECT with reason 11. */
    private static byte[] disconnect() {
        byte[] text = ascii("health check");
        int payload = 1 + 4 + 4 + text.length + 4;
        int padding = 8 - (4 + 1 + payload) % 8;
        padding += padding < 4 ? 8 : 0;
        ByteBuffer packet = ByteBuffer.allocate(4 + 1 + payload + padding);
        packet.putInt(1 + payload + padding).put((byte) padding);
        packet.put((byte) 1).putInt(11).putInt(text.length).put(text).putInt(0);
        return packet.array();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
