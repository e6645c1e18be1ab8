package dev.refractium.server.it.corpus;

import dev.refractium.api.Transport;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One recorded flow: what a client sent first, and what it is.
 *
 * @param transport {@code tcp} or {@code udp}
 * @param label the protocol on the wire
 * @param evidence why the label: {@code both}, {@code parser}, {@code upstream}; {@code conflict}: nobody is right for
 *     sure; {@code none}: nobody knows
 * @param nameCheck whether those who recorded it read the same name; null where they gave none
 * @param host the Host line as sent, or the name that a DNS query asks for
 * @param segments hexadecimal, in order
 * @param firstFlight how many of the segments were sent before the server had said anything
 */
record Flow(
        String id,
        String transport,
        String label,
        String evidence,
        @Nullable Boolean nameCheck,
        @Nullable String sni,
        @Nullable List<String> alpn,
        @Nullable String host,
        boolean ech,
        List<String> segments,
        int firstFlight) {
    private static final HexFormat HEX = HexFormat.of();

    Transport over() {
        return Transport.valueOf(transport.toUpperCase(Locale.ROOT));
    }

    /** Returns whether all labels of the flow agree. */
    boolean isAgreed() {
        return !evidence.equals("conflict") && !Boolean.FALSE.equals(nameCheck);
    }

    /** Where the segments of the first flight end, or the one datagram that a session begins with. */
    List<Integer> ends() {
        List<Integer> ends = new ArrayList<>();
        int end = 0;
        for (String segment : seen()) {
            if (!segment.isEmpty()) {
                end += segment.length() / 2;
                ends.add(end);
            }
        }
        return ends;
    }

    /** Returns the bytes that a proxy may examine. */
    byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        seen().forEach(segment -> bytes.writeBytes(HEX.parseHex(segment)));
        return bytes.toByteArray();
    }

    /** The protocol that should be found; empty where none of ours should. */
    String expected() {
        return switch (label) {
            case "http", "http2" -> "http";
            case "tls" -> "https";
            case "ssh", "dns", "ftp" -> label;
            default -> "";
        };
    }

    private List<String> seen() {
        return segments.subList(0, over() == Transport.UDP ? Math.min(1, segments.size()) : firstFlight);
    }
}
