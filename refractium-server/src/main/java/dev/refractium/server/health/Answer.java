package dev.refractium.server.health;

import dev.refractium.api.HealthCheck;
import dev.refractium.api.HealthCheck.Verdict;
import dev.refractium.api.Transport;
import dev.refractium.server.identify.BytePeek;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** What a server has answered in one probe so far, and what the check makes of it. Loop thread only. */
final class Answer {
    /** More of an answer is not judged. */
    static final int MOST_BYTES = 16 << 10;

    private static final int FIRST_BYTES = 512;

    private final HealthCheck check;
    private final BytePeek peek;
    private byte[] bytes = new byte[FIRST_BYTES];
    private int length;

    Answer(HealthCheck check, Transport transport) {
        this.check = check;
        this.peek = new BytePeek(transport);
    }

    /** Adds bytes that have arrived; those that are too many are dropped. */
    void add(ByteBuffer arrived) {
        int taken = Math.min(arrived.remaining(), MOST_BYTES - length);
        if (length + taken > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.min(MOST_BYTES, Math.max(2 * bytes.length, length + taken)));
        }
        arrived.get(bytes, length, taken);
        length += taken;
    }

    /** Forgets all bytes: each datagram is judged alone. */
    void clear() {
        length = 0;
    }

    boolean isFull() {
        return length == MOST_BYTES;
    }

    /** Runs code of a plugin, which may throw anything. */
    Verdict judge(boolean isFinal) {
        try {
            return check.judge(peek.over(bytes, length, isFinal || isFull()));
        } finally {
            peek.clear();
        }
    }
}
