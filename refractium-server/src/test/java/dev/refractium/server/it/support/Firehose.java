package dev.refractium.server.it.support;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** A backend for ten thousand clients, in its own process: sends without end to clients that send "B", echoes to others. */
final class Firehose {
    private final Selector selector = Selector.open();
    private final ByteBuffer endless = ByteBuffer.allocateDirect(64 << 10);
    private final ByteBuffer heard = ByteBuffer.allocateDirect(4 << 10);

    private Firehose() throws IOException {}

    /** Prints its port. */
    public static void main(String[] arguments) throws Exception {
        ServerSocketChannel listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4096);
        listener.configureBlocking(false);
        System.out.println(listener.socket().getLocalPort());
        Firehose firehose = new Firehose();
        listener.register(firehose.selector, SelectionKey.OP_ACCEPT);
        while (true) {
            firehose.selector.select();
            for (SelectionKey key : firehose.selector.selectedKeys()) {
                firehose.serve(key);
            }
            firehose.selector.selectedKeys().clear();
        }
    }

    private void serve(SelectionKey key) throws IOException {
        if (key.channel() instanceof ServerSocketChannel listener) {
            // All of them: while thousands are sent to, the next turn is far.
            for (SocketChannel accepted = listener.accept(); accepted != null; accepted = listener.accept()) {
                accepted.configureBlocking(false);
                accepted.register(selector, SelectionKey.OP_READ);
            }
            return;
        }
        try {
            if (key.isWritable()) {
                send(key);
            } else {
                hear(key);
            }
        } catch (IOException e) {
            key.channel().close();
        }
    }

    private void hear(SelectionKey key) throws IOException {
        SocketChannel peer = (SocketChannel) key.channel();
        if (peer.read(heard.clear()) < 0) {
            peer.close();
        } else if (heard.flip().hasRemaining() && heard.get(0) == 'B') {
            key.interestOps(SelectionKey.OP_WRITE);
        } else {
            peer.write(heard);
        }
    }

    private void send(SelectionKey key) throws IOException {
        ((SocketChannel) key.channel()).write(endless.clear());
    }
}
