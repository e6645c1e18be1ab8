package dev.refractium.server.proxyprotocol;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Numbers and addresses as version 1 writes them. The JDK's parser also takes shortened IPv4 addresses and octal numbers,
 * and would look up a name.
 */
final class AddressText {
    private AddressText() {}

    /** Returns the decimal number from {@code from} to {@code to}, without leading zeros; -1 if it is none. */
    static int number(ByteBuffer text, int from, int to, int mostDigits) {
        int digits = to - from;
        if (digits < 1 || digits > mostDigits || (digits > 1 && text.get(from) == '0')) {
            return -1;
        }
        int number = 0;
        for (int i = from; i < to; i++) {
            int digit = text.get(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }

    /** Returns the address {@code a.b.c.d}; null if it is none. */
    static @Nullable InetAddress ipv4(ByteBuffer text, int from, int to) {
        byte[] address = new byte[4];
        return ipv4(text, from, to, address, 0) ? of(address) : null;
    }

    /** Returns an IPv6 address, which may end with an IPv4 address (RFC 4291, 2.2); null if it is none. */
    static @Nullable InetAddress ipv6(ByteBuffer text, int from, int to) {
        byte[] address = new Ipv6Text(text, from, to).read();
        return address == null ? null : of(address);
    }

    /** Puts the address {@code a.b.c.d} at {@code at}; returns whether it is one. */
    static boolean ipv4(ByteBuffer text, int from, int to, byte[] into, int at) {
        int start = from;
        for (int i = 0; i < 4; i++) {
            int end = start;
            while (end < to && text.get(end) != '.') {
                end++;
            }
            int number = number(text, start, end, 3);
            boolean last = end >= to;
            if (number < 0 || number > 0xff || last != (i == 3)) {
                return false;
            }
            into[at + i] = (byte) number;
            start = end + 1;
        }
        return true;
    }

    /** Returns an address of 4 or 16 bytes; one of IPv4 that is mapped into IPv6 becomes IPv4. */
    static InetAddress of(byte[] address) {
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an address of " + address.length + " bytes", e);
        }
    }
}
