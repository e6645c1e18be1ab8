package dev.refractium.server.health;

import dev.refractium.api.HealthCheck;
import dev.refractium.api.Transport;
import dev.refractium.server.net.Loop;
import dev.refractium.server.proxyprotocol.HeaderWriter;
import dev.refractium.server.socket.Sockets;
import dev.refractium.server.upstream.HealthRules.Probes;
import dev.refractium.server.upstream.Target;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one probe is about: its target, and the bytes that it sends first, which may begin with a PROXY header without a
 * client.
 *
 * @param check null if the connect alone shows that the target is up
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record Probe(Target target, @Nullable HealthCheck check, SocketAddress address, byte[] first, long timeoutMs) {
    /** Runs code of a plugin, which may throw anything. Loop thread. */
    static Probe of(Target target, Probes rules) {
        HealthCheck check = rules.check().map(Supplier::get).orElse(null);
        SocketAddress address = target.address();
        if (rules.port().isPresent() && address instanceof InetSocketAddress internet) {
            address = new InetSocketAddress(internet.getAddress(), rules.port().getAsInt());
        }
        byte[] opening = check == null ? new byte[0] : check.opening();
        return new Probe(
                target, check, address, first(target, opening), rules.timeout().toMillis());
    }

    /** Begins it; {@code done} runs once, when its socket is closed. Loop thread. */
    void begin(Loop loop, Sockets sockets, ProbeReport report, Runnable done) {
        if (target.source().transport() == Transport.UDP) {
            new DatagramProbe(this, loop, sockets, report, done).begin();
        } else {
            new StreamProbe(this, loop, sockets, report, done).begin();
        }
    }

    private static byte[] first(Target target, byte[] opening) {
        ByteBuffer header = ByteBuffer.allocate(HeaderWriter.MOST_BYTES);
        switch (target.source().sendProxy()) {
            case NONE -> {}
            case V1 -> HeaderWriter.v1Unknown(header);
            case V2, V2_FIRST -> HeaderWriter.v2Local(header);
        }
        byte[] first = Arrays.copyOf(header.array(), header.position() + opening.length);
        System.arraycopy(opening, 0, first, header.position(), opening.length);
        return first;
    }
}
