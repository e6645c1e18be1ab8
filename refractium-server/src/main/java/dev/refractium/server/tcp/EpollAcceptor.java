package dev.refractium.server.tcp;

import dev.refractium.server.net.Loop;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.NativeInetAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A listening socket of Linux's. */
final class EpollAcceptor extends Acceptor implements EpollIoHandle {
    private final Socket socket;
    private final InetSocketAddress address;

    /** Where the kernel's answer to accept lies: the length of the address, then the address. */
    private final byte[] peer = new byte[26];

    private @Nullable Loop loop;
    private @Nullable Owner owner;
    private @Nullable IoRegistration registration;

    private EpollAcceptor(Socket socket) {
        this.socket = socket;
        this.address = socket.localAddress();
    }

    static EpollAcceptor bind(InetSocketAddress address) throws IOException {
        // "::" takes both families; any other address only its own.
        Socket socket = LinuxSocket.newSocketStream(address.getAddress() instanceof Inet6Address);
        try {
            socket.setReuseAddress(true);
            // What is accepted inherits these: two calls a listener instead of two a connection.
            EpollSide.setUp(socket);
            socket.bind(address);
            socket.listen(Sockets.BACKLOG);
            return new EpollAcceptor(socket);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
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
        submit(EpollIoOps.EPOLLIN);
    }

    @Override
    void pause() {
        submit(EpollIoOps.NONE);
    }

    @Override
    @Nullable
    Arrival accept() throws IOException {
        int accepted = socket.accept(peer);
        return accepted < 0
                ? null
                : new Arrival(EpollSide.accepted(accepted), NativeInetAddress.address(peer, 1, peer[0]));
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
        if (owner != null) {
            owner.acceptable();
        }
    }

    @Override
    public FileDescriptor fd() {
        return socket;
    }

    @Override
    public void close() {
        if (loop != null && !loop.isCurrent()) {
            loop.close(this);
            return;
        }
        takeAll(owner);
        EpollSide.close(socket);
        if (registration != null) {
            registration.cancel();
        }
    }

    private void submit(EpollIoOps ops) {
        if (registration != null && registration.isValid()) {
            registration.submit(ops);
        }
    }
}
