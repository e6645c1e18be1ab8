package dev.refractium.server.health;

import dev.refractium.api.HealthCheck;
import dev.refractium.api.Transport;
import dev.refractium.api.Units;
import dev.refractium.server.net.Loop;
import dev.refractium.server.net.Timers;
import dev.refractium.server.socket.Sockets;
import dev.refractium.server.socket.UdpSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A probe over UDP: sends one datagram from a socket that is connected to the target, so that nobody else's answer
 * counts, and judges each datagram that comes back until the deadline. Loop thread only.
 */
final class DatagramProbe extends Timers.Timeout implements UdpSocket.Owner {
    private final Probe probe;
    private final Loop loop;
    private final Sockets sockets;
    private final ProbeReport report;
    private final Runnable done;
    private final Answer answer;
    private @Nullable UdpSocket socket;
    private boolean over;

    DatagramProbe(Probe probe, Loop loop, Sockets sockets, ProbeReport report, Runnable done) {
        this.probe = probe;
        this.loop = loop;
        this.sockets = sockets;
        this.report = report;
        this.done = done;
        HealthCheck check = probe.check();
        if (check == null) {
            throw new IllegalArgumentException("nothing to send over UDP");
        }
        this.answer = new Answer(check, Transport.UDP);
    }

    void begin() {
        try {
            UdpSocket opened = sockets.dialUdp(
                    (InetSocketAddress) probe.address(), probe.target().source().probedFrom(probe.target()));
            socket = opened;
            opened.register(loop, this);
            loop.timers().set(this, probe.timeoutMs());
            opened.write(loop.buffer().put(probe.first()).flip());
        } catch (IOException e) {
            failed(e);
        } catch (RuntimeException | Error e) {
            broken(e);
        }
    }

    @Override
    public void readable() {
        try {
            ByteBuffer buffer = loop.buffer();
            while (!over && socket != null && socket.read(buffer)) {
                judge(buffer.flip());
                buffer = loop.buffer();
            }
        } catch (IOException e) {
            failed(e);
        } catch (RuntimeException | Error e) {
            broken(e);
        }
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

    private void judge(ByteBuffer datagram) {
        answer.clear();
        answer.add(datagram);
        switch (answer.judge(true)) {
            case NEED_MORE -> {}
            case ALIVE -> {
                report.alive();
                end();
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

    private void failed(IOException e) {
        report.failed(e);
        end();
    }

    private void broken(Throwable e) {
        report.broken(e);
        end();
    }

    private void end() {
        if (!over) {
            over = true;
            loop.timers().clear(this);
            if (socket != null) {
                socket.close();
            }
            done.run();
        }
    }
}
