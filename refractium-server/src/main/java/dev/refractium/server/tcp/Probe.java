package dev.refractium.server.tcp;

import dev.refractium.server.net.Loop;
import dev.refractium.server.net.Timers;
import dev.refractium.server.upstream.Backend;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connect to a backend, which says whether it is up; nothing is sent. Loop thread only. */
final class Probe extends Timers.Timeout implements Side.Owner {
    private static final Logger log = LoggerFactory.getLogger(Probe.class);

    private final Backend backend;
    private final Loop loop;
    private final Sockets sockets;
    private final Consumer<Backend> done;
    private @Nullable Side side;

    /** @param done is told once when the probe is over, whatever it showed */
    Probe(Backend backend, TcpLoop loop, Consumer<Backend> done) {
        this.backend = backend;
        this.loop = loop.loop();
        this.sockets = loop.sockets();
        this.done = done;
    }

    /** Connects; a connect that takes longer than {@code timeoutMs} has failed. */
    void begin(long timeoutMs) {
        InetSocketAddress address = backend.address();
        if (address == null) {
            done.accept(backend); // its name is being looked up
            return;
        }
        try {
            side = sockets.open(address);
        } catch (IOException | RuntimeException e) {
            log.debug("no socket to probe with", e);
            done.accept(backend); // which is no fault of the backend's
            return;
        }
        connect(side, address, timeoutMs);
    }

    @Override
    public void ready(Side side, boolean readable, boolean writable) {
        try {
            if (side.finishDial()) {
                end(true);
            }
        } catch (IOException e) {
            end(false);
        }
    }

    @Override
    protected void expired() {
        end(false);
    }

    @Override
    protected void failed() {
        end(false);
    }

    private void connect(Side side, InetSocketAddress address, long timeoutMs) {
        try {
            boolean connected = side.dial(address, loop.buffer().limit(0));
            side.register(loop, this);
            if (connected) {
                end(true);
            } else {
                side.awaitDial();
                loop.timers().set(this, timeoutMs);
            }
        } catch (IOException | RuntimeException e) {
            log.debug("cannot probe backend={} reason={}", backend, e.toString());
            end(false);
        }
    }

    private void end(boolean up) {
        loop.timers().clear(this);
        if (side != null) {
            side.end(false);
            side = null;
        }
        record(up);
        done.accept(backend);
    }

    private void record(boolean up) {
        Backend.Health before = backend.health();
        backend.watched();
        if (up) {
            backend.succeeded();
        } else {
            backend.failed();
        }
        Backend.Health after = backend.health();
        if (after != before && (after == Backend.Health.DOWN || before == Backend.Health.DOWN)) {
            log.warn("backend is {} backend={}", after == Backend.Health.DOWN ? "down" : "up again", backend);
        }
    }
}
