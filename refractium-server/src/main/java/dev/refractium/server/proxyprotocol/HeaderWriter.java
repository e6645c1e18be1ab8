package dev.refractium.server.proxyprotocol;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.refractium.api.Transport;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Writes headers into a buffer at its position, which then stands behind them. The buffer is big-endian and has room for
 * {@link #MOST_BYTES}. If only one of both addresses is IPv4, it is mapped into IPv6. Any thread.
 */
public final class HeaderWriter {
    /** The length of the longest header that is written. */
    public static final int MOST_BYTES =
            V2Reader.FIXED + 2 * (16 + 2) + HeaderExtras.MOST_BYTES + Tlvs.HEAD + Tlvs.CRC_BYTES;

    private static final byte[] V1_UNKNOWN = "PROXY UNKNOWN\r\n".getBytes(US_ASCII);

    private HeaderWriter() {}

    /** Writes version 1. */
    public static void v1(ByteBuffer into, InetSocketAddress source, InetSocketAddress destination) {
        boolean ipv4 = areIpv4(source, destination);
        String line = "PROXY " + (ipv4 ? "TCP4 " : "TCP6 ")
                + text(source.getAddress(), ipv4) + " "
                + text(destination.getAddress(), ipv4) + " "
                + source.getPort() + " " + destination.getPort() + "\r\n";
        into.put(line.getBytes(US_ASCII));
    }

    /** Writes version 1 for a connection of the proxy's own, or of a client without an address. */
    public static void v1Unknown(ByteBuffer into) {
        into.put(V1_UNKNOWN);
    }

    /** Writes version 2, with a checksum. */
    public static void v2(
            ByteBuffer into,
            Transport transport,
            InetSocketAddress source,
            InetSocketAddress destination,
            HeaderExtras extras) {
        boolean ipv4 = areIpv4(source, destination);
        int family = ipv4 ? V2Reader.IPV4 : V2Reader.IPV6;
        int carried = transport == Transport.TCP ? V2Reader.STREAM : V2Reader.DATAGRAM;
        int start = fixed(into, V2Reader.PROXY, family | carried);
        into.put(bytes(source.getAddress(), ipv4)).put(bytes(destination.getAddress(), ipv4));
        into.putShort((short) source.getPort()).putShort((short) destination.getPort());
        extras.write(into);
        seal(into, start);
    }

    /** Writes version 2, with a checksum, for a client without an address, such as one of a Unix socket. */
    public static void v2Unknown(ByteBuffer into, HeaderExtras extras) {
        int start = fixed(into, V2Reader.PROXY, V2Reader.UNSPECIFIED);
        extras.write(into);
        seal(into, start);
    }

    /** Writes version 2 for a connection of the proxy's own, such as a probe. */
    public static void v2Local(ByteBuffer into) {
        fixed(into, V2Reader.LOCAL, V2Reader.UNSPECIFIED);
    }

    /** Writes what stands before the addresses, with the length 0; returns where it begins. */
    private static int fixed(ByteBuffer into, int command, int family) {
        if (into.order() != ByteOrder.BIG_ENDIAN) {
            throw new IllegalArgumentException("a buffer that is not big-endian");
        }
        int start = into.position();
        into.put(V2Reader.SIGNATURE).put((byte) command).put((byte) family).putShort((short) 0);
        return start;
    }

    /** Sets the length, and adds the checksum. */
    private static void seal(ByteBuffer into, int start) {
        into.put((byte) Tlvs.CRC32C).putShort((short) Tlvs.CRC_BYTES);
        int hole = into.position();
        into.putInt(0);
        int end = into.position();
        into.putShort(start + V2Reader.FIXED - Short.BYTES, (short) (end - start - V2Reader.FIXED));
        into.putInt(hole, Tlvs.checksum(into, start, hole, end));
    }

    private static boolean areIpv4(InetSocketAddress source, InetSocketAddress destination) {
        return source.getAddress() instanceof Inet4Address && destination.getAddress() instanceof Inet4Address;
    }

    /** Returns the address's bytes, of IPv4 or IPv6. */
    private static byte[] bytes(InetAddress address, boolean ipv4) {
        byte[] bytes = address.getAddress();
        if (ipv4 || bytes.length == 16) {
            return bytes;
        }
        byte[] mapped = new byte[16];
        mapped[10] = (byte) 0xff;
        mapped[11] = (byte) 0xff;
        System.arraycopy(bytes, 0, mapped, 12, 4);
        return mapped;
    }

    /** Returns the address's text, without the zone that only this machine knows. */
    private static String text(InetAddress address, boolean ipv4) {
        if (address instanceof Inet4Address) {
            return ipv4 ? address.getHostAddress() : "::ffff:" + address.getHostAddress();
        }
        return Ipv6Text.of(address.getAddress());
    }
}
