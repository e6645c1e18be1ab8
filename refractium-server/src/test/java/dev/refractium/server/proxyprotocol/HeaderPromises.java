package dev.refractium.server.proxyprotocol;

import static dev.refractium.server.proxyprotocol.Headers.read;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Transport;
import dev.refractium.server.proxyprotocol.HeaderResult.Malformed;
import dev.refractium.server.proxyprotocol.HeaderResult.NoHeader;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** What holds for any bytes. */
final class HeaderPromises {
    /** Reasons of headers that Netty takes and we refuse; each is stricter than Netty's code, as the document is. */
    private static final Set<String> STRICTER = Set.of(
            "neither TCP4, TCP6 nor UNKNOWN",
            "not two addresses and two ports",
            "an unknown address family or transport",
            "addresses of another transport",
            "a TLV that ends behind the header",
            "a checksum that does not fit",
            "two checksums",
            "a line that does not end with CR and LF");

    private HeaderPromises() {}

    /** Checks what is read against Netty and, if {@code cuts}, against every shorter cut of the bytes. Returns what is read. */
    static HeaderResult check(byte[] bytes, boolean cuts) {
        HeaderResult whole = read(bytes);
        if (cuts) {
            cutsDoNotMatter(bytes, whole);
        }
        agreesWithNetty(bytes, whole);
        return whole;
    }

    private static void cutsDoNotMatter(byte[] bytes, HeaderResult whole) {
        int end = whole instanceof ProxyHeader header ? header.length() : bytes.length;
        assertThat(end).isLessThanOrEqualTo(Math.min(bytes.length, HeaderReader.MOST_BYTES));
        for (int length = 0; length <= bytes.length; length += length < 300 ? 1 : 97) {
            HeaderResult cut = read(Arrays.copyOf(bytes, length));
            if (cut instanceof ProxyHeader || (length >= end && whole instanceof ProxyHeader)) {
                assertThat(cut).as("%d bytes", length).isEqualTo(whole);
            } else if (cut instanceof Malformed) {
                assertThat(whole).as("%d bytes", length).isInstanceOf(Malformed.class);
            } else if (cut == NoHeader.ABSENT) {
                assertThat(whole).as("%d bytes", length).isEqualTo(NoHeader.ABSENT);
            }
        }
        HeaderResult datagram = read(bytes, Transport.UDP);
        assertThat(datagram == NoHeader.ABSENT).isEqualTo(whole == NoHeader.ABSENT);
    }

    private static void agreesWithNetty(byte[] bytes, HeaderResult whole) {
        Optional<ProxyHeader> netty = NettyOracle.read(bytes).map(NettyOracle.Answer::header);
        if (whole instanceof ProxyHeader header) {
            if (header.source() != null && !nettyRefuses(bytes, header)) {
                assertThat(netty).contains(header);
            } else {
                netty.ifPresent(other -> assertThat(other).isEqualTo(header));
            }
        } else if (whole instanceof Malformed malformed) {
            if (netty.isPresent()) {
                assertThat(STRICTER).contains(malformed.reason());
            }
        } else {
            assertThat(netty).isEmpty();
        }
    }

    /** Netty refuses the port 0 in version 1, which the document allows. */
    private static boolean nettyRefuses(byte[] bytes, ProxyHeader header) {
        boolean noPort = Objects.requireNonNull(header.source()).getPort() == 0
                || Objects.requireNonNull(header.destination()).getPort() == 0;
        return hasTlvOfTls(bytes, header) || (header.version() == 1 && noPort);
    }

    /** Netty looks into the TLVs of TLS, which hold others, and refuses what it finds broken there. */
    private static boolean hasTlvOfTls(byte[] bytes, ProxyHeader header) {
        boolean ipv4 = (bytes[13] & 0xf0) == 0x10;
        int at = header.version() == 1 ? header.length() : 16 + (ipv4 ? 12 : 36);
        while (at < header.length()) {
            if (bytes[at] == 0x20) {
                return true;
            }
            at += 3 + ((bytes[at + 1] & 0xff) << 8 | (bytes[at + 2] & 0xff));
        }
        return false;
    }
}
