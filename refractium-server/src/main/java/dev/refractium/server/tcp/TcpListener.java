package dev.refractium.server.tcp;

import dev.refractium.server.net.Loop;
import dev.refractium.server.net.Timers;
import dev.refractium.server.session.End;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts connections on one address and gives them to the loops in turn. Lives on the first of them. */
public final class TcpListener implements Acceptor.Owner {
    private static final Logger log = LoggerFactory.getLogger(TcpListener.class);
    private static final int ACCEPTS_A_TURN = 64;

    /** How long accepting rests when the process has no descriptor left. */
    private static final long PAUSE_MS = 100;

    private static final long COMPLAIN_EVERY_MS = 10_000;

    private final Acceptor acceptor;
    private final TcpShared shared;
    private final List<TcpLoop> loops;
    private final Resume resume = new Resume();
    private int turn;
    private long complainedAt = Long.MIN_VALUE / 2;

    private TcpListener(Acceptor acceptor, TcpShared shared) {
        this.acceptor = acceptor;
        this.shared = shared;
        this.loops = shared.loops().all();
    }

    /**
     * Listens on {@code address}; port 0 takes any free one.
     *
     * @throws IOException if the address cannot be bound
     */
    public static TcpListener bind(InetSocketAddress address, TcpShared shared) throws IOException {
        return new TcpListener(shared.loops().sockets().listen(address), shared);
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return acceptor.address();
    }

    /** Begins to accept. */
    public void start() {
        first().execute(() -> {
            acceptor.register(first(), this);
            acceptor.resume();
        });
    }

    @Override
    public boolean acceptable() {
        for (int i = 0; i < ACCEPTS_A_TURN; i++) {
            try {
                Acceptor.Arrival arrival = acceptor.accept();
                if (arrival == null) {
                    return false;
                }
                admit(arrival.side(), arrival.client());
            } catch (IOException | RuntimeException | Error e) {
                // An Error too: a class that cannot be loaded for want of a descriptor must not stop the loop.
                pause(e);
                return false;
            }
        }
        return true;
    }

    /** Stops accepting; sessions go on. Any thread; when this returns, connects are refused. */
    public void close() {
        acceptor.close();
    }

    private void admit(Side client, InetSocketAddress from) {
        InetAddress address = from.getAddress();
        Optional<End> refused = shared.admission().acquire(address);
        if (refused.isPresent()) {
            shared.sessions().count(refused.get());
            shared.endLog().end(refused.get(), address, null);
            client.end(true);
            return;
        }
        TcpLoop loop = next();
        TcpSession session = new TcpSession(shared, loop, client, from);
        shared.sessions().began(session);
        loop.loop().execute(session::begin);
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

    /** An accept that fails, mostly for want of descriptors, must neither end the listener nor spin. */
    private void pause(Throwable reason) {
        acceptor.pause();
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

    private final class Resume extends Timers.Timeout {
        @Override
        protected void expired() {
            acceptor.resume();
        }
    }
}
