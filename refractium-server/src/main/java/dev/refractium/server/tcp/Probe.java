package dev.refractium.server.tcp;

import dev.refractium.server.net.IoFailure;
import dev.refractium.server.net.LocalFailures;
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

    /** Loaded with this class: the moment that it is needed may be one without descriptors. */
    private static final LocalFailures LOCAL = LocalFailures.OF_PROCESS;

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
            over(true);
        }
    }

    private void open(long timeoutMs) {
        Side opened;
        try {
            opened = sockets.open(target.address());
        } catch (IOException | RuntimeException e) {
            failed(e);
            return;
        }
        side = opened;
        connect(opened, timeoutMs);
    }

    @Override
    public void ready(Side side, boolean readable, boolean writable) {
        try {
            if (side.finishDial()) {
                Dial.refuseSelf(side, target);
                end(null);
            }
        } catch (IOException e) {
            failed(e);
        } catch (RuntimeException | Error e) {
            log.error("probe failed target={}", target, e);
            over(true);
        }
    }

    @Override
    protected void expired() {
        end("no answer to the probe");
    }

    @Override
    protected void failed() {
        over(true);
    }

    private void connect(Side side, long timeoutMs) {
        try {
            boolean connected = side.dial(target.address(), loop.buffer().limit(0));
            side.register(loop, this);
            if (connected) {
                Dial.refuseSelf(side, target);
                end(null);
            } else {
                side.awaitDial();
                loop.timers().set(this, timeoutMs);
            }
        } catch (IOException | RuntimeException e) {
            failed(e);
        }
    }

    private void failed(Exception e) {
        log.debug("cannot probe target={} reason={}", target, e.toString());
        IoFailure failure = IoFailure.of(e);
        if (failure.isTheirs()) {
            end(IoFailure.text(e));
        } else {
            LOCAL.report(failure, "probe " + target, e);
            over(true);
        }
    }

    /** @param failure null if it connected */
    private void end(@Nullable String failure) {
        boolean reset = failure != null;
        target.probed(failure);
        over(reset);
    }

    /** Releases the socket and reports, once. */
    private void over(boolean reset) {
        if (isOver) {
            return;
        }
        isOver = true;
        loop.timers().clear(this);
        if (side != null) {
            side.end(reset);
            side = null;
        }
        done.run();
    }
}
