package dev.refractium.server.health;

import dev.refractium.server.net.IoFailure;
import dev.refractium.server.net.LocalFailures;
import dev.refractium.server.net.Loop;
import dev.refractium.server.proxyprotocol.HeaderWriter;
import dev.refractium.server.socket.Connect;
import dev.refractium.server.socket.Side;
import dev.refractium.server.socket.Sockets;
import dev.refractium.server.upstream.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connect to one address of a backend, which shows whether it is up. Nothing is sent, but for a PROXY header without a
 * client where the backend expects one. Loop thread only.
 */
final class Probe extends Connect implements Side.Owner {
    private static final Logger log = LoggerFactory.getLogger(Probe.class);

    /** Loaded with this class: no class can be loaded while the process is out of descriptors. */
    private static final LocalFailures LOCAL = LocalFailures.OF_PROCESS;

    private final Target target;
    private final Loop loop;
    private final Runnable done;
    private boolean isOver;

    /** @param done called once when the probe is over, whatever its result */
    Probe(Target target, Loop loop, Sockets sockets, Runnable done) {
        super(loop, sockets);
        this.target = target;
        this.loop = loop;
        this.done = done;
    }

    /** Connects; a connect that takes longer than {@code timeoutMs} has failed. */
    void begin(long timeoutMs) {
        try {
            Exception failure = attempt(target.address(), target.source().probedFrom(target), timeoutMs);
            if (failure != null) {
                failed(failure);
            }
        } catch (RuntimeException | Error e) {
            broken(e);
        }
    }

    @Override
    public void ready(Side side, boolean readable, boolean writable) {
        try {
            finish();
        } catch (RuntimeException | Error e) {
            broken(e);
        }
    }

    @Override
    protected ByteBuffer first() {
        ByteBuffer buffer = loop.buffer();
        switch (target.source().sendProxy()) {
            case NONE -> {}
            case V1 -> HeaderWriter.v1Unknown(buffer);
            case V2, V2_FIRST -> HeaderWriter.v2Local(buffer);
        }
        return buffer.flip();
    }

    @Override
    protected Side.Owner owner() {
        return this;
    }

    @Override
    protected void connected(Side connected, int sent) {
        try {
            target.probed(null);
            ByteBuffer first = first();
            if (first.remaining() > sent) {
                connected.write(first.position(sent));
            }
        } finally {
            connected.end(false);
            over();
        }
    }

    @Override
    protected void connectFailed(IOException why) {
        failed(why);
    }

    @Override
    protected void expired() {
        end("no answer to the probe");
    }

    @Override
    protected void failed() {
        over();
    }

    private void failed(Exception e) {
        log.debug("cannot probe target={} reason={}", target, e.toString());
        IoFailure failure = IoFailure.of(e);
        if (failure.isTheirs()) {
            end(IoFailure.text(e));
        } else {
            LOCAL.report(failure, "probe " + target, e);
            over();
        }
    }

    private void broken(Throwable e) {
        log.error("probe failed target={}", target, e);
        over();
    }

    private void end(String failure) {
        target.probed(failure);
        over();
    }

    /** Releases the socket and reports, once. */
    private void over() {
        if (!isOver) {
            isOver = true;
            stop();
            done.run();
        }
    }
}
