package dev.refractium.server.health;

import dev.refractium.api.HealthCheck;
import dev.refractium.api.HealthCheck.Verdict;
import dev.refractium.api.Transport;
import dev.refractium.api.Units;
import dev.refractium.server.net.Loop;
import dev.refractium.server.socket.Connect;
import dev.refractium.server.socket.Side;
import dev.refractium.server.socket.Sockets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A probe over TCP: connects, and where there is a check, sends its first bytes and judges what arrives. One deadline
 * covers all of it. After a good answer it takes leave and waits for the server's end, so that the server sees no
 * reset. Loop thread only.
 */
final class StreamProbe extends Connect implements Side.Owner {
    private final Probe probe;
    private final Loop loop;
    private final ProbeReport report;
    private final Runnable done;
    private final @Nullable Answer answer;
    private final long deadline;

    /** The side once it is connected; null before. */
    private @Nullable Side side;

    /** The bytes to send, of which {@code sent} are sent. */
    private byte[] sending;

    private int sent;
    private boolean leaves;
    private boolean over;

    StreamProbe(Probe probe, Loop loop, Sockets sockets, ProbeReport report, Runnable done) {
        super(loop, sockets);
        this.probe = probe;
        this.loop = loop;
        this.report = report;
        this.done = done;
        this.sending = probe.first();
        HealthCheck check = probe.check();
        this.answer = check == null ? null : new Answer(check, Transport.TCP);
        this.deadline = loop.timers().now() + probe.timeoutMs();
    }

    void begin() {
        guarded(() -> {
            Exception failure =
                    attempt(probe.address(), probe.target().source().probedFrom(probe.target()), probe.timeoutMs());
            if (failure != null) {
                report.failed(failure);
                end();
            }
        });
    }

    @Override
    public void ready(Side ready, boolean readable, boolean writable) {
        guarded(() -> {
            if (side == null) {
                finish();
                return;
            }
            if (writable) {
                send(side);
            }
            if (readable && !over) {
                read(side);
            }
        });
    }

    @Override
    protected ByteBuffer first() {
        return loop.buffer().put(sending).flip();
    }

    @Override
    protected Side.Owner owner() {
        return this;
    }

    @Override
    protected void connected(Side connected, int sentFirst) {
        side = connected;
        sent = sentFirst;
        if (answer == null) {
            report.alive();
            write(connected);
            end();
            return;
        }
        loop.timers().set(this, Math.max(1, deadline - loop.timers().now()));
        send(connected);
    }

    @Override
    protected void connectFailed(IOException why) {
        report.failed(why);
        end();
    }

    @Override
    protected void expired() {
        report.failed("no answer to the health check in " + Units.format(Duration.ofMillis(probe.timeoutMs())));
        end();
    }

    @Override
    protected void failed() {
        end();
    }

    private void send(Side to) {
        if (!write(to)) {
            broke();
            return;
        }
        if (leaves && sent == sending.length) {
            to.shutdownOutput();
        }
        to.interest(true, sent < sending.length);
    }

    /** Writes what is left to send, as far as the kernel takes it; returns false if the side is broken. */
    private boolean write(Side to) {
        if (sent < sending.length) {
            int written = to.write(
                    loop.buffer().put(sending, sent, sending.length - sent).flip());
            if (written < 0) {
                return false;
            }
            sent += written;
        }
        return true;
    }

    private void read(Side from) {
        ByteBuffer buffer = loop.buffer().limit(Answer.MOST_BYTES);
        int count = from.read(buffer);
        if (count == Side.BROKEN) {
            broke();
        } else if (leaves || answer == null) {
            if (count == Side.END) {
                end();
            }
        } else if (count != 0) {
            answer.add(buffer.flip());
            judge(from, answer, count == Side.END);
        }
    }

    private void judge(Side from, Answer soFar, boolean isFinal) {
        Verdict verdict = soFar.judge(isFinal);
        switch (verdict) {
            case NEED_MORE -> {
                if (isFinal || soFar.isFull()) {
                    report.failed(
                            isFinal ? "ended before it answered the health check" : "answers at too great length");
                    end();
                }
            }
            case ALIVE -> {
                report.alive();
                if (isFinal) {
                    end();
                } else {
                    leave(from);
                }
            }
            case FAILING -> {
                report.failed("refuses to serve");
                end();
            }
            case FOREIGN -> {
                report.failed("answers in another protocol");
                end();
            }
        }
    }

    private void leave(Side from) {
        HealthCheck check = probe.check();
        leaves = true;
        sending = check == null ? new byte[0] : check.closing();
        sent = 0;
        send(from);
    }

    private void broke() {
        report.failed("reset the health check");
        end();
    }

    /** Runs a step, which may be code of a plugin. */
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            report.broken(e);
            end();
        }
    }

    /** Releases the socket, once. */
    private void end() {
        if (!over) {
            over = true;
            stop();
            if (side != null) {
                side.end(false);
            }
            done.run();
        }
    }
}
