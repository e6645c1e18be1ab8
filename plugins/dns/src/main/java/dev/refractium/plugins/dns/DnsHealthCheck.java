package dev.refractium.plugins.dns;

import dev.refractium.api.HealthCheck;
import dev.refractium.api.Peek;
import dev.refractium.api.Transport;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Asks a DNS server for the address of a name (RFC 1035, section 4.1) and awaits any answer to that question but
 * SERVFAIL. What is no answer to it is ignored over UDP: it may be forged. One check, one thread.
 */
final class DnsHealthCheck implements HealthCheck {
    /** Every resolver answers it by itself, without a query of its own (RFC 6761, section 6.3). */
    static final String LOCALHOST = "localhost";

    private static final int LENGTH_PREFIX = 2;
    private static final int HEADER = 12;
    private static final int RESPONSE = 0x8000;
    private static final int OPCODE = 0x7800;
    private static final int RCODE = 0x000f;
    private static final int SERVFAIL = 2;

    private final Transport transport;
    private final byte[] query;

    DnsHealthCheck(Transport transport, String name) {
        this.transport = transport;
        this.query = query(name);
    }

    @Override
    public byte[] opening() {
        if (transport == Transport.UDP) {
            return query.clone();
        }
        byte[] framed = new byte[LENGTH_PREFIX + query.length];
        framed[0] = (byte) (query.length >> 8);
        framed[1] = (byte) query.length;
        System.arraycopy(query, 0, framed, LENGTH_PREFIX, query.length);
        return framed;
    }

    @Override
    public Verdict judge(Peek answer) {
        boolean udp = transport == Transport.UDP;
        int start = udp ? 0 : LENGTH_PREFIX;
        Verdict other = udp ? Verdict.NEED_MORE : Verdict.FOREIGN;
        if (!udp && answer.length() >= LENGTH_PREFIX && answer.uint16(0) < HEADER) {
            return Verdict.FOREIGN;
        }
        if (answer.length() >= start + 2 && answer.uint16(start) != id()) {
            return other;
        }
        if (answer.length() < start + HEADER) {
            return Verdict.NEED_MORE;
        }
        int flags = answer.uint16(start + 2);
        if ((flags & RESPONSE) == 0 || (flags & OPCODE) != 0) {
            return other;
        }
        return (flags & RCODE) == SERVFAIL ? Verdict.FAILING : Verdict.ALIVE;
    }

    private int id() {
        return (query[0] & 0xff) << 8 | (query[1] & 0xff);
    }

    /** A question for an address, which asks for recursion as all clients do, under a number of its own. */
    private static byte[] query(String name) {
        byte[] header = new byte[HEADER];
        int id = ThreadLocalRandom.current().nextInt(1 << 16);
        header[0] = (byte) (id >> 8);
        header[1] = (byte) id;
        header[2] = 1;
        header[5] = 1;
        ByteArrayOutputStream query = new ByteArrayOutputStream();
        query.writeBytes(header);
        Arrays.stream(name.split("\\."))
                .filter(label -> !label.isEmpty())
                .map(label -> label.getBytes(StandardCharsets.US_ASCII))
                .forEach(label -> {
                    query.write(label.length);
                    query.writeBytes(label);
                });
        query.writeBytes(new byte[] {0, 0, 1, 0, 1});
        return query.toByteArray();
    }
}
