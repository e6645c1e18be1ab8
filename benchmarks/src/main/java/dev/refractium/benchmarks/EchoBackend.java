package dev.refractium.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Sends back what it is sent, on one thread that ends with the program. */
final class EchoBackend {
    private EchoBackend() {}

    /** Starts it; the port where it listens. */
    static int start() throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4096);
        Thread echo = new Thread(() -> serve(listener), "backend");
        echo.setDaemon(true);
        echo.start();
        return listener.socket().getLocalPort();
    }

    private static void serve(ServerSocketChannel listener) {
        try (Selector selector = Selector.open()) {
            ByteBuffer heard = ByteBuffer.allocateDirect(4096);
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT);
            while (true) {
                selector.select(key -> answer(key, heard));
            }
        } catch (IOException e) {
            throw new IllegalStateException("the backend cannot listen", e);
        }
    }

    private static void answer(SelectionKey key, ByteBuffer heard) {
        try {
            if (key.channel() instanceof ServerSocketChannel listener) {
                SocketChannel accepted = listener.accept();
                if (accepted != null) {
                    accepted.configureBlocking(false);
                    accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
                    accepted.register(key.selector(), SelectionKey.OP_READ);
                }
            } else if (((SocketChannel) key.channel()).read(heard.clear()) < 0) {
                key.channel().close();
            } else {
                ((SocketChannel) key.channel()).write(heard.flip());
            }
        } catch (IOException e) {
            key.cancel();
        }
    }
}
