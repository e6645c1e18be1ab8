package dev.refractium.server.udp;

import dev.refractium.server.net.IoFailure;
import dev.refractium.server.net.Loop;
import dev.refractium.server.net.Timers;
import dev.refractium.server.proxyprotocol.HeaderWriter;
import dev.refractium.server.socket.Sockets;
import dev.refractium.server.socket.UdpSocket;
import dev.refractium.server.upstream.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Probes a target whose flows were refused: an ICMP error may be forged by anybody who guesses a port, and nobody knows
 * the port of a probe. A probe is an empty datagram, or a PROXY header without a client where the target expects one. While the target refuses, it is probed again before it counts as
 * usable, so that no client meets the refusal. Loop thread only.
 */
final class UdpProbe extends Timers.Timeout implements UdpSocket.Owner {
    private static final Logger log = LoggerFactory.getLogger(UdpProbe.class);

    /** How long a refusal may take. */
    static final long REFUSAL_MS = 500;

    /** A target that refuses is probed again after this long: sooner than it counts as usable. */
    static final long AGAIN_MS = 4_000;

    /** Direct, as Linux's calls want it, and not the loop's buffer, which may hold the datagram that was refused. */
    private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(1).limit(0);

    /** A PROXY header without a client, in the same way. */
    private static final ByteBuffer LOCAL = ByteBuffer.allocateDirect(HeaderWriter.MOST_BYTES);

    static {
        HeaderWriter.v2Local(LOCAL);
        LOCAL.flip();
    }

    private final Target target;
    private final Loop loop;
    private final Sockets sockets;
    private final Runnable over;

    /** Null between two probes. */
    private @Nullable UdpSocket socket;

    /** @param over is called once when no further probe is due */
    UdpProbe(Target target, Loop loop, Sockets sockets, Runnable over) {
        this.target = target;
        this.loop = loop;
        this.sockets = sockets;
        this.over = over;
    }

    /** Sends a probe. */
    void begin() {
        try {
            UdpSocket asking =
                    sockets.dialUdp(target.internet(), target.source().probedFrom(target));
            socket = asking;
            asking.register(loop, this);
            loop.timers().set(this, REFUSAL_MS);
            asking.write((target.source().sendProxy().isSent() ? LOCAL : NOTHING).duplicate());
        } catch (IOException e) {
            failed(e);
        } catch (RuntimeException | Error e) {
            log.error("probe failed target={}", target, e);
            dismissed();
        }
    }

    @Override
    public void readable() {
        try {
            if (socket != null && socket.read(loop.buffer())) {
                dismissed();
            }
        } catch (IOException e) {
            failed(e);
        } catch (RuntimeException | Error e) {
            log.error("probe failed target={}", target, e);
            dismissed();
        }
    }

    @Override
    protected void expired() {
        if (socket != null) {
            dismissed();
        } else if (target.isCurrent() && !target.source().isDropped()) {
            begin();
        } else {
            over.run();
        }
    }

    @Override
    protected void failed() {
        dismissed();
    }

    private void failed(IOException e) {
        if (!IoFailure.of(e).isTheirs()) {
            log.debug("cannot probe target={} reason={}", target, e.toString());
            dismissed();
            return;
        }
        close();
        target.refusalConfirmed(IoFailure.text(e));
        loop.timers().set(this, AGAIN_MS);
    }

    private void dismissed() {
        close();
        over.run();
        target.refusalDismissed();
    }

    private void close() {
        loop.timers().clear(this);
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }
}
