package dev.refractium.server.upstream;

import dev.refractium.server.net.UnixClient;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.List;

/**
 * The 64 bits that stand for a client, a text or a backend where a policy hashes. They are the same on every machine, and
 * have to stay the same in later versions: servers that share clients would otherwise choose differently. Any thread.
 */
final class HashKey {
    /** The key of a session whose pool does not hash. */
    static final long NONE = 0;

    private static final long OFFSET_BASIS = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;
    private static final long IPV4 = 1L << 32;
    private static final long UNIX = 2L << 32;
    private static final double UNIT = 0x1p-52;

    private HashKey() {}

    /**
     * Returns the key of a client: one for an IPv4 address, also if it is mapped into IPv6, one for the /64 of an IPv6
     * address, and one for each user of this machine's Unix sockets.
     */
    static long of(SocketAddress client) {
        if (client instanceof InetSocketAddress internet) {
            return of(internet.getAddress());
        }
        int uid = client instanceof UnixDomainSocketAddress unix ? UnixClient.uid(unix) : -1;
        return some(mix(UNIX | Integer.toUnsignedLong(uid)));
    }

    /** Returns the key of a client with this address. */
    static long of(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == 4) {
            return some(mix(IPV4 | number(bytes, 0, 4)));
        }
        boolean mapped = number(bytes, 0, 8) == 0 && number(bytes, 8, 4) == 0xffff;
        return some(mapped ? mix(IPV4 | number(bytes, 12, 4)) : mix(number(bytes, 0, 8)));
    }

    /** Returns the key of texts in this order. */
    static long of(List<String> texts) {
        long hash = OFFSET_BASIS;
        for (int i = 0; i < texts.size(); i++) {
            hash = continued(hash, texts.get(i));
        }
        return some(mix(hash));
    }

    /** Returns the key of a text. */
    static long of(String text) {
        return some(mix(continued(OFFSET_BASIS, text)));
    }

    /** Returns a number above 0 and below 1 that both keys decide, evenly spread over all pairs of keys. */
    static double unit(long one, long other) {
        return unit(draw(one, other));
    }

    /** Returns the 52 bits that {@link #unit(long, long)} makes its number of; a greater number has more. */
    static long draw(long one, long other) {
        return mix(one ^ other) >>> 12;
    }

    /** Returns the number of 52 bits that were drawn. */
    static double unit(long drawn) {
        return (drawn + 0.5) * UNIT;
    }

    /** Returns a draw that every draw for this number or a greater one reaches. */
    static long leastDraw(double unit) {
        return (long) (unit / UNIT) - 2;
    }

    /** FNV-1a, over 16 bits at a time, with an end that no text has. */
    private static long continued(long hash, String text) {
        long longer = hash;
        for (int i = 0; i < text.length(); i++) {
            longer = (longer ^ text.charAt(i)) * PRIME;
        }
        return (longer ^ 0x10000) * PRIME;
    }

    /** The final mix of MurmurHash3: each bit of the input changes each bit of the result in half of all cases. */
    private static long mix(long bits) {
        long mixed = bits;
        mixed = (mixed ^ mixed >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }

    private static long some(long hash) {
        return hash == NONE ? 1 : hash;
    }

    private static long number(byte[] bytes, int from, int count) {
        long number = 0;
        for (int i = from; i < from + count; i++) {
            number = number << 8 | (bytes[i] & 0xff);
        }
        return number;
    }
}
