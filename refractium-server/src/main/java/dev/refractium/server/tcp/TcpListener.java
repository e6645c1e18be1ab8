package dev.refractium.server.tcp;

import dev.refractium.server.net.Loop;
import dev.refractium.server.net.Timers;
import dev.refractium.server.session.End;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioIoHandle;
import io.netty.channel.nio.NioIoOps;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.Channel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts connections on one address and gives them to the loops in turn. Lives on the first of them. */
public final class TcpListener implements NioIoHandle {
    private static final Logger log = LoggerFactory.getLogger(TcpListener.class);
    private static final int BACKLOG = 4096;
    private static final int ACCEPTS_A_TURN = 64;

    /** How long accepting rests when the process has no descriptor left. */
    private static final long PAUSE_MS = 100;

    private static final long COMPLAIN_EVERY_MS = 10_000;

    private final ServerSocketChannel channel;
    private final InetSocketAddress address;
    private final TcpShared shared;
    private final List<TcpLoop> loops;
    private final Resume resume = new Resume();
    private @Nullable IoRegistration registration;
    private int turn;
    private long complainedAt = Long.MIN_VALUE / 2;

    private TcpListener(ServerSocketChannel channel, TcpShared shared, List<TcpLoop> loops) throws IOException {
        this.channel = channel;
        this.address = (InetSocketAddress) channel.getLocalAddress();
        this.shared = shared;
        this.loops = loops;
    }

    /**
     * Listens on {@code address}; port 0 takes any free one.
     *
     * @throws IOException if the address cannot be bound
     */
    public static TcpListener bind(InetSocketAddress address, TcpShared shared, List<Loop> loops) throws IOException {
        ServerSocketChannel channel = open(address.getAddress());
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(address, BACKLOG);
            // A listener that takes this one's place has a budget of its own, until this one's sessions are decided.
            LongSupplier budget = () -> shared.generations().current().limits().peekMemory() / loops.size();
            List<TcpLoop> own =
                    loops.stream().map(loop -> new TcpLoop(loop, budget)).toList();
            return new TcpListener(channel, shared, own);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return address;
    }

    /** Begins to accept. */
    public void start() {
        first().execute(() -> {
            registration = first().register(this);
            registration.submit(NioIoOps.ACCEPT);
        });
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
        accept(registration);
    }

    private void accept(IoRegistration registration) {
        for (int i = 0; i < ACCEPTS_A_TURN; i++) {
            try {
                SocketChannel accepted = channel.accept();
                if (accepted == null) {
                    return;
                }
                admit(accepted);
            } catch (IOException | RuntimeException | Error e) {
                // An Error too: a class that cannot be loaded for want of a descriptor must not stop the loop.
                pause(registration, e);
                return;
            }
        }
    }

    @Override
    public SelectableChannel selectableChannel() {
        return channel;
    }

    /** Stops accepting; sessions go on. Any thread; when this returns, connects are refused. */
    @Override
    public void close() {
        if (!first().isCurrent()) {
            first().close(this);
            return;
        }
        if (registration != null) {
            // Whoever has connected, but was not accepted yet, would be reset.
            accept(registration);
            registration.cancel();
        }
        close(channel);
    }

    private void admit(SocketChannel accepted) {
        InetAddress client = accepted.socket().getInetAddress();
        Optional<End> refused = shared.admission().acquire(client);
        if (refused.isPresent()) {
            shared.sessions().count(refused.get());
            shared.endLog().end(refused.get(), client, null);
            reset(accepted);
            return;
        }
        try {
            TcpLoop loop = next();
            TcpSession session = new TcpSession(shared, loop, NioSide.accepted(accepted), client);
            shared.sessions().began(session);
            loop.loop().execute(session::begin);
        } catch (IOException e) {
            // The client is gone already, which is no reason to stop accepting others.
            shared.admission().release(client);
            close(accepted);
        }
    }

    /** The loops in turn, but for those that do not answer. */
    private TcpLoop next() {
        TcpLoop loop = loops.get(turn);
        for (int i = 0; i < loops.size(); i++) {
            loop = loops.get(turn);
            turn = (turn + 1) % loops.size();
            if (!loop.loop().isStuck()) {
                break;
            }
        }
        return loop;
    }

    private static void reset(SocketChannel refused) {
        try {
            refused.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException e) {
            // The client is gone already.
        }
        close(refused);
    }

    private static void close(Channel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            log.debug("closing {}", channel, e);
        }
    }

    /** An accept that fails, mostly for want of descriptors, must neither end the listener nor spin. */
    private void pause(IoRegistration registration, Throwable reason) {
        registration.submit(NioIoOps.NONE);
        long now = first().timers().now();
        if (now - complainedAt >= COMPLAIN_EVERY_MS) {
            complainedAt = now;
            log.warn("cannot accept reason=\"{}\"; trying again every {} ms", reason.getMessage(), PAUSE_MS);
        }
        first().timers().set(resume, PAUSE_MS);
    }

    private Loop first() {
        return loops.get(0).loop();
    }

    /** "::" takes both families; any other address only its own. */
    private static ServerSocketChannel open(InetAddress address) throws IOException {
        return address instanceof Inet4Address
                ? ServerSocketChannel.open(StandardProtocolFamily.INET)
                : ServerSocketChannel.open();
    }

    private final class Resume extends Timers.Timeout {
        @Override
        protected void expired() {
            if (registration != null && registration.isValid()) {
                registration.submit(NioIoOps.ACCEPT);
            }
        }
    }
}
