package dev.refractium.server.demo;

import dev.refractium.api.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A backend with a thread for each connection: the proxy lets one client have fifty. */
final class TcpBackend implements Backend {
    private static final int TIMEOUT_MS = 10_000;

    private final String name;
    private final ServerSocket listener;
    private final Conversation conversation;
    private final ExecutorService threads;

    /** What a backend does with a connection; it is closed afterwards. */
    interface Conversation {
        void hold(Socket client) throws IOException;
    }

    /** Takes over {@code listener}, which is bound. */
    TcpBackend(String name, ServerSocket listener, Conversation conversation) {
        this.name = name;
        this.listener = listener;
        this.conversation = conversation;
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "demo-" + name);
            thread.setDaemon(true);
            return thread;
        });
        threads.execute(this::accept);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Transport transport() {
        return Transport.TCP;
    }

    @Override
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            threads.shutdownNow();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                threads.execute(() -> serve(client));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            client.setSoTimeout(TIMEOUT_MS);
            conversation.hold(client);
        } catch (IOException e) {
            // A client that left, or a health check: nothing that the demonstration is about.
        }
    }
}
