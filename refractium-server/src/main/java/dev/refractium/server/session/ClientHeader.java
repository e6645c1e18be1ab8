package dev.refractium.server.session;

import dev.refractium.server.identify.Inquiry;
import dev.refractium.server.net.Peer;
import dev.refractium.server.proxyprotocol.HeaderExtras;
import dev.refractium.server.proxyprotocol.HeaderWriter;
import dev.refractium.server.upstream.SendProxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes the PROXY header that tells a backend of a client. Any thread. */
public final class ClientHeader {
    private static final byte[] NONE = new byte[0];

    /** Attributes that have a TLV, by the names that plugins give them. */
    private static final String SNI = "sni";

    private static final String ALPN = "alpn";

    private ClientHeader() {}

    /** Returns the header of a client's datagrams: these have no room to spare, so it has the addresses alone. */
    public static byte[] ofDatagrams(Peer client) {
        return v2(client, HeaderExtras.NONE);
    }

    /**
     * Returns the header of a client's connection; empty if {@code how} is {@link SendProxy#NONE}.
     *
     * @param id the id of its session, one of {@code sessions}
     * @param known how the client was recognised; null if it was not read
     */
    public static byte[] of(SendProxy how, Peer client, Sessions sessions, long id, @Nullable Inquiry known) {
        return switch (how) {
            case NONE -> NONE;
            case V1 -> v1(client);
            case V2, V2_FIRST ->
                v2(client, new HeaderExtras(first(known, SNI), first(known, ALPN), sessions.uniqueId(id)));
        };
    }

    private static byte[] v1(Peer client) {
        return client.client() instanceof InetSocketAddress from
                ? written(into -> HeaderWriter.v1(into, from, destination(client, from)))
                : written(HeaderWriter::v1Unknown);
    }

    private static byte[] v2(Peer client, HeaderExtras extras) {
        return client.client() instanceof InetSocketAddress from
                ? written(into -> HeaderWriter.v2(into, client.transport(), from, destination(client, from), extras))
                : written(into -> HeaderWriter.v2Unknown(into, extras));
    }

    /** Returns the value of an attribute, the first one that the client gave; null if it has none. */
    private static @Nullable String first(@Nullable Inquiry known, String attribute) {
        List<String> values =
                known == null ? List.of() : known.answer().attributes().getOrDefault(attribute, List.of());
        return values.isEmpty() ? null : values.get(0);
    }

    /**
     * Returns the address that the client connected to; unspecified, of the client's family, if it is not known or a Unix
     * socket.
     */
    private static InetSocketAddress destination(Peer client, InetSocketAddress from) {
        if (client.destination() instanceof InetSocketAddress to) {
            return to;
        }
        int length = from.getAddress().getAddress().length;
        return new InetSocketAddress(unspecified(length), 0);
    }

    private static InetAddress unspecified(int length) {
        try {
            return InetAddress.getByAddress(new byte[length]);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an address of " + length + " bytes", e);
        }
    }

    private static byte[] written(Consumer<ByteBuffer> writer) {
        ByteBuffer into = ByteBuffer.allocate(HeaderWriter.MOST_BYTES);
        writer.accept(into);
        return Arrays.copyOf(into.array(), into.position());
    }
}
