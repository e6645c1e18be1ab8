package dev.refractium.server.it.support;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A backend at a Unix socket, with a daemon thread for each client. Its file is removed at the end. */
public final class UnixBackend implements AutoCloseable {
    private final Path path;
    private final Handler handler;
    private final ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    private final Set<SocketChannel> clients = ConcurrentHashMap.newKeySet();

    private UnixBackend(Path path, Handler handler) throws IOException {
        this.path = path;
        this.handler = handler;
        listener.bind(UnixDomainSocketAddress.of(path));
        daemon(this::accept);
    }

    /** Serves one client; the channel is closed when this returns. */
    public interface Handler {
        void serve(SocketChannel client) throws IOException;
    }

    public static UnixBackend serving(Path path, Handler handler) throws IOException {
        return new UnixBackend(path, handler);
    }

    /** Reads to the client's FIN, then answers with the name, ">" and what it has read. */
    public static UnixBackend named(Path path, String name) throws IOException {
        return serving(path, client -> {
            String read = rest(client);
            if (!read.isEmpty()) {
                send(client, name + ">" + read);
            }
        });
    }

    /** Reads to the end. */
    public static String rest(SocketChannel channel) throws IOException {
        StringBuilder text = new StringBuilder();
        ByteBuffer buffer = ByteBuffer.allocate(65536);
        while (channel.read(buffer) >= 0) {
            text.append(StandardCharsets.ISO_8859_1.decode(buffer.flip()));
            buffer.clear();
        }
        return text.toString();
    }

    public static void send(SocketChannel channel, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** As the configuration names it. */
    public String address() {
        return "unix:" + path;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (SocketChannel client : clients) {
            client.close();
        }
        Files.deleteIfExists(path);
    }

    private void accept() {
        while (listener.isOpen()) {
            try {
                SocketChannel client = listener.accept();
                clients.add(client);
                daemon(() -> serve(client));
            } catch (IOException e) {
                // Closed: the loop ends.
            }
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            handler.serve(client);
        } catch (IOException e) {
            // The client has gone.
        } finally {
            clients.remove(client);
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "unix-backend");
        thread.setDaemon(true);
        thread.start();
    }
}
