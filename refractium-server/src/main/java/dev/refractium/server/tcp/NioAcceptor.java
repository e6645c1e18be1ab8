package dev.refractium.server.tcp;

import dev.refractium.server.net.Loop;
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
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A listening socket of the JDK's. */
final class NioAcceptor extends Acceptor implements NioIoHandle {
    private static final Logger log = LoggerFactory.getLogger(NioAcceptor.class);

    private final ServerSocketChannel channel;
    private final InetSocketAddress address;
    private @Nullable Loop loop;
    private @Nullable Owner owner;
    private @Nullable IoRegistration registration;

    private NioAcceptor(ServerSocketChannel channel) throws IOException {
        this.channel = channel;
        this.address = (InetSocketAddress) channel.getLocalAddress();
    }

    static NioAcceptor bind(InetSocketAddress address) throws IOException {
        ServerSocketChannel channel = open(address.getAddress());
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(address, Sockets.BACKLOG);
            return new NioAcceptor(channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** "::" takes both families; any other address only its own. */
    private static ServerSocketChannel open(InetAddress address) throws IOException {
        return address instanceof Inet4Address
                ? ServerSocketChannel.open(StandardProtocolFamily.INET)
                : ServerSocketChannel.open();
    }

    @Override
    InetSocketAddress address() {
        return address;
    }

    @Override
    void register(Loop loop, Owner owner) {
        this.loop = loop;
        this.owner = owner;
        registration = loop.register(this);
    }

    @Override
    void resume() {
        submit(NioIoOps.ACCEPT);
    }

    @Override
    void pause() {
        submit(NioIoOps.NONE);
    }

    @Override
    @Nullable
    Arrival accept() throws IOException {
        SocketChannel accepted = channel.accept();
        if (accepted == null) {
            return null;
        }
        try {
            InetSocketAddress client = (InetSocketAddress) accepted.getRemoteAddress();
            return new Arrival(NioSide.accepted(accepted), client);
        } catch (IOException e) {
            // The client is gone already, which is no reason to stop accepting others.
            accepted.close();
            return accept();
        }
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
        if (owner != null) {
            owner.acceptable();
        }
    }

    @Override
    public SelectableChannel selectableChannel() {
        return channel;
    }

    @Override
    public void close() {
        if (loop != null && !loop.isCurrent()) {
            loop.close(this);
            return;
        }
        takeAll(owner);
        if (registration != null) {
            registration.cancel();
        }
        try {
            channel.close();
        } catch (IOException e) {
            log.debug("closing {}", channel, e);
        }
    }

    private void submit(NioIoOps ops) {
        if (registration != null && registration.isValid()) {
            registration.submit(ops);
        }
    }
}
