package dev.refractium.server.tcp;

import static java.util.Objects.requireNonNull;

import dev.refractium.server.generation.SessionLimits.RelayLimits;
import dev.refractium.server.net.BindOptions;
import dev.refractium.server.net.IoKind;
import dev.refractium.server.net.Loops;
import dev.refractium.server.net.SourceAddress;
import dev.refractium.server.route.Decision;
import dev.refractium.server.route.Route;
import dev.refractium.server.session.EndReason;
import dev.refractium.server.session.Failover;
import dev.refractium.server.socket.Acceptor;
import dev.refractium.server.socket.KeepAlive;
import dev.refractium.server.socket.Side;
import dev.refractium.server.socket.Sockets;
import dev.refractium.server.upstream.Target;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Relays sessions, drops all packets from and to one of their peers, and prints when and how each session ended. A program
 * of its own, to be run where packets may be dropped.
 */
public final class CutCable {
    private static final KeepAlive QUICK = new KeepAlive(1, 1, 2);
    private static final long UNLIMITED_MS = 3_600_000;

    private CutCable() {}

    public static void main(String[] arguments) throws Exception {
        IoKind io = IoKind.valueOf(arguments[0].toUpperCase(Locale.ROOT));
        try (Loops loops = new Loops(io, 1)) {
            cut(loops, true, false);
            cut(loops, false, false);
            if (io == IoKind.EPOLL) {
                // The JDK has no limit for bytes that are never acknowledged.
                cut(loops, true, true);
                cut(loops, false, true);
            }
        }
    }

    private static void cut(Loops loops, boolean ofBackend, boolean busy) throws Exception {
        InetAddress here = InetAddress.getLoopbackAddress();
        Sockets sockets = Sockets.of(loops.io(), QUICK);
        Acceptor acceptor = sockets.listen(new InetSocketAddress(here, 0), BindOptions.USUAL, false);
        try (ServerSocket backend = new ServerSocket(0, 1, here);
                Socket client = new Socket(here, ((InetSocketAddress) acceptor.address()).getPort())) {
            InetSocketAddress to = new InetSocketAddress(here, backend.getLocalPort());
            CompletableFuture<Session> began = new CompletableFuture<>();
            TcpLoop loop = new TcpLoop(loops.tcp().get(0), sockets, () -> 1 << 20, () -> 1 << 20);
            loop.loop().execute(() -> begin(began, loop, acceptor, to));
            try (Socket accepted = backend.accept()) {
                Session session = began.get(10, TimeUnit.SECONDS);
                long cutAt = System.nanoTime();
                drop(ofBackend ? backend.getLocalPort() : client.getLocalPort());
                if (busy) {
                    (ofBackend ? client : accepted).getOutputStream().write(new byte[1_000]);
                }
                EndReason end = session.ended.get(30, TimeUnit.SECONDS);
                System.out.printf(
                        "cut=%s busy=%s ended=%s ms=%d%n",
                        ofBackend ? "backend" : "client",
                        busy,
                        end.label(),
                        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - cutAt));
            }
        } finally {
            acceptor.close();
        }
    }

    private static void begin(CompletableFuture<Session> began, TcpLoop loop, Acceptor acceptor, InetSocketAddress to) {
        try {
            began.complete(new Session(loop, acceptor, to).begin(loop));
        } catch (IOException | RuntimeException e) {
            began.completeExceptionally(e);
        }
    }

    private static void drop(int port) throws IOException, InterruptedException {
        for (String side : new String[] {"sport", "dport"}) {
            Process nft = new ProcessBuilder(
                            "nft", "add", "rule", "inet", "cut", "in", "tcp", side, String.valueOf(port), "drop")
                    .inheritIO()
                    .start();
            if (nft.waitFor() != 0) {
                throw new IOException("nft ended with " + nft.exitValue());
            }
        }
    }

    /** A relay between two sides of its own. */
    private static final class Session implements StageEvents {
        final CompletableFuture<EndReason> ended = new CompletableFuture<>();

        private final Relay relay;
        private final Side client;
        private final Side backend;

        /** Accepts the client and dials {@code to}; on the loop. */
        Session(TcpLoop loop, Acceptor acceptor, InetSocketAddress to) throws IOException {
            client = requireNonNull(acceptor.accept()).side();
            backend = loop.sockets().open(to, SourceAddress.ANY);
            boolean connected = backend.dial(to, ByteBuffer.allocateDirect(0));
            while (!connected) {
                connected = backend.finishDial();
            }
            RelayLimits limits = new RelayLimits(1, QUICK.totalMs(), UNLIMITED_MS, 0, 0, 1);
            relay = new Relay(new Relay.Sides(client, backend), this, limits, loop);
        }

        Session begin(TcpLoop loop) {
            client.register(loop.loop(), this);
            backend.register(loop.loop(), this);
            relay.begin(ByteBuffer.allocateDirect(0), 0, false);
            return this;
        }

        @Override
        public void ready(Side side, boolean readable, boolean writable) {
            if (!ended.isDone()) {
                relay.ready(side, readable, writable);
            }
        }

        @Override
        public void end(EndReason why, boolean reset) {
            relay.end();
            client.end(reset);
            backend.end(reset);
            ended.complete(why);
        }

        @Override
        public void decided(Decision decision) {
            throw new AssertionError("is connected");
        }

        @Override
        public void connected(Side side, Target target, int sent) {
            throw new AssertionError("is connected");
        }

        @Override
        public void full(Failover failover) {
            throw new AssertionError();
        }

        @Override
        public void placed(Failover failover) {
            throw new AssertionError();
        }

        @Override
        public void unreachable(Route tried, EndReason why) {
            throw new AssertionError("is connected");
        }
    }
}
