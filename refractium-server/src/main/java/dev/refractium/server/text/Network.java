package dev.refractium.server.text;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A CIDR prefix (RFC 4632; RFC 4291, section 2.3), such as {@code 10.0.0.0/8} or {@code 2001:db8::/32}; a single address
 * has the full length. IPv4-mapped IPv6 prefixes are IPv4.
 *
 * @param v6 whether it has IPv6 addresses
 * @param high the upper 64 bits of the first address; of IPv4, the address in the upper 32 bits
 * @param low the lower 64 bits; of IPv4, 0
 * @param length 0 to 32 or 128
 */
public record Network(boolean v6, long high, long low, int length) implements Comparable<Network> {
    private static final Pattern FORM = Pattern.compile("([0-9a-fA-F:.]+)(?:/([0-9]{1,3}))?");
    private static final Pattern IPV4 =
            Pattern.compile("((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(\\.(?!$)|$)){4}");
    private static final Pattern ZEROS = Pattern.compile("(^|:)0(:0)+(:|$)");
    private static final String FORMS = "write a network as 10.0.0.0/8 or 2001:db8::/32, or one address";

    /** How much longer an IPv4-mapped prefix is as IPv6. */
    private static final int MAPPED = 96;

    /** @throws IllegalArgumentException if the length is out of range, or a bit is set beyond it */
    public Network {
        if (length < 0 || length > bits(v6)) {
            throw new IllegalArgumentException("length " + length + " is out of range; use 0 to " + bits(v6));
        }
        if ((high & ~highMask(length)) != 0 || (low & ~lowMask(length)) != 0) {
            throw new IllegalArgumentException("bits are set beyond the length " + length);
        }
    }

    /**
     * Reads a prefix, or a single address. Nothing is resolved.
     *
     * @throws IllegalArgumentException with what was found, what is wrong and what to write
     */
    public static Network parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            String zone = text.indexOf('%') < 0 ? FORMS : "a prefix has no zone; leave out % and what follows";
            throw new IllegalArgumentException(Escape.quoted(text) + " is not a network; " + zone);
        }
        byte[] address = address(text, form.group(1));
        boolean v6 = address.length > 4;
        boolean mapped = !v6 && form.group(1).indexOf(':') >= 0;
        int most = mapped ? 128 : bits(v6);
        int length = form.group(2) == null ? most : Integer.parseInt(form.group(2));
        if (length > most) {
            throw new IllegalArgumentException(
                    Escape.quoted(text) + " has the length " + length + "; use 0 to " + most);
        }
        if (mapped && length < MAPPED) {
            throw new IllegalArgumentException(Escape.quoted(text)
                    + " is an IPv4-mapped address with a length below 96; write an IPv4 network, such as 10.0.0.0/8");
        }
        return checked(text, of(address, bits(v6)), mapped ? length - MAPPED : length);
    }

    /** Returns the network that is one address. */
    public static Network of(InetAddress address) {
        byte[] bytes = address.getAddress();
        return of(bytes, bytes.length * 8);
    }

    /** Returns its first address; of a single address, that. */
    public InetAddress first() {
        byte[] bytes = new byte[v6 ? 16 : 4];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) ((i < 8 ? high : low) >>> (56 - (i % 8) * 8));
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 and 16 bytes are an address", e);
        }
    }

    /** Returns whether an address begins with the first {@code length} bits of {@code high} and {@code low}. */
    static boolean matches(long addressHigh, long addressLow, long high, long low, int length) {
        return (addressHigh & highMask(length)) == high && (addressLow & lowMask(length)) == low;
    }

    /** Orders by family, first address and length, so that a network stands before those that it contains. */
    @Override
    public int compareTo(Network other) {
        int order = Boolean.compare(v6, other.v6);
        order = order != 0 ? order : Long.compareUnsigned(high, other.high);
        order = order != 0 ? order : Long.compareUnsigned(low, other.low);
        return order != 0 ? order : Integer.compare(length, other.length);
    }

    /** Returns the canonical form; one address is written without a length. */
    @Override
    public String toString() {
        String address = address();
        return length == bits(v6) ? address : address + "/" + length;
    }

    /** Reads the bytes of an address from its start; the lower bits of IPv4 are 0. */
    static long bits(byte[] bytes, int start) {
        long bits = 0;
        for (int i = start; i < start + 8; i++) {
            bits = (bits << 8) | (i < bytes.length ? bytes[i] & 0xff : 0);
        }
        return bits;
    }

    private static Network of(byte[] bytes, int length) {
        return new Network(bytes.length > 4, bits(bytes, 0), bits(bytes, 8), length);
    }

    private static Network checked(String text, Network address, int length) {
        long high = address.high & highMask(length);
        long low = address.low & lowMask(length);
        Network network = new Network(address.v6, high, low, length);
        if (high != address.high || low != address.low) {
            throw new IllegalArgumentException(Escape.quoted(text) + " has bits set beyond its length; write " + network
                    + " for the network, or " + address + " for the one address");
        }
        return network;
    }

    private static byte[] address(String text, String address) {
        if (address.indexOf(':') < 0 && !IPV4.matcher(address).matches()) {
            throw new IllegalArgumentException(
                    Escape.quoted(text) + " has no IPv4 address: four numbers from 0 to 255; " + FORMS);
        }
        try {
            // In brackets it is read as a literal or not at all; no resolver is asked.
            return InetAddress.getByName(address.indexOf(':') < 0 ? address : "[" + address + "]")
                    .getAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(Escape.quoted(text) + " has no IPv6 address; " + FORMS, e);
        }
    }

    private String address() {
        String text = first().getHostAddress();
        return v6 ? ZEROS.matcher(text).replaceFirst("::") : text;
    }

    private static int bits(boolean v6) {
        return v6 ? 128 : 32;
    }

    private static long highMask(int length) {
        return length == 0 ? 0 : -1L << Math.max(0, 64 - length);
    }

    private static long lowMask(int length) {
        return length <= 64 ? 0 : -1L << (128 - length);
    }
}
