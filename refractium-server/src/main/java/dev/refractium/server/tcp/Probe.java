package dev.refractium.server.tcp;

import dev.refractium.server.net.Loop;
import dev.refractium.server.net.Timers;
import dev.refractium.server.upstream.Target;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connect to one address of a backend, which shows whether it is up; nothing is sent. Loop thread only. */
final class Probe extends Timers.Timeout implements Side.Owner {
    private static final Logger log = LoggerFactory.getLogger(Probe.class);

    private final Target target;
    private final Loop loop;
    private final Sockets sockets;
    private final Runnable done;
    private @Nullable Side side;
    private boolean isOver;

    /** @param done is called once when the probe is over, whatever it showed */
    Probe(Target target, TcpLoop loop, Runnable done) {
        this.target = target;
        this.loop = loop.loop();
        this.sockets = loop.sockets();
        this.done = done;
    }

    /** Connects; a connect that takes longer than {@code timeoutMs} has failed. */
    void begin(long timeoutMs) {
        try {
            open(timeoutMs);
        } catch (RuntimeException | Error e) {
            log.error("probe failed target={}", target, e);
            over();
        }
    }

    private void open(long timeoutMs) {
        Side opened;
        try {
            opened = sockets.open(target.address());
        } catch (IOException | RuntimeException e) {
            log.debug("no socket to probe with", e);
            over(); // which is no fault of the backend's
            return;
        }
        side = opened;
        connect(opened, timeoutMs);
    }

    @Override
    public void ready(Side side, boolean readable, boolean writable) {
        try {
            if (side.finishDial()) {
                end(null);
            }
        } catch (IOException e) {
            end(e.toString());
        } catch (RuntimeException | Error e) {
            log.error("probe failed target={}", target, e);
            over();
        }
    }

    @Override
    protected void expired() {
        end("timed out");
    }

    @Override
    protected void failed() {
        over();
    }

    private void connect(Side side, long timeoutMs) {
        try {
            boolean connected = side.dial(target.address(), loop.buffer().limit(0));
            side.register(loop, this);
            if (connected) {
                end(null);
            } else {
                side.awaitDial();
                loop.timers().set(this, timeoutMs);
            }
        } catch (IOException | RuntimeException e) {
            log.debug("cannot probe target={} reason={}", target, e.toString());
            end(e.toString());
        }
    }

    /** @param failure null if it connected */
    private void end(@Nullable String failure) {
        target.probed(failure);
        over();
    }

    /** Releases the socket and reports, once. */
    private void over() {
        if (isOver) {
            return;
        }
        isOver = true;
        loop.timers().clear(this);
        if (side != null) {
            side.end(false);
            side = null;
        }
        done.run();
    }
}
