package dev.refractium.server.control;

import dev.refractium.server.files.Users;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The clients of a control socket that are being answered, each on a thread of its own. Any thread. */
final class ControlClients implements AutoCloseable {
    static final int MOST_CLIENTS = 8;

    private static final Logger log = LoggerFactory.getLogger(ControlClients.class);

    private final Administration administration;
    private final SocketAccess access;
    private final Duration patience;
    private final ThreadPoolExecutor threads;
    private final Trouble trouble = new Trouble();

    ControlClients(Administration administration, SocketAccess access, Duration patience, ThreadFactory threads) {
        this.administration = administration;
        this.access = access;
        this.patience = patience;
        this.threads = new ThreadPoolExecutor(0, MOST_CLIENTS, 1, TimeUnit.SECONDS, new SynchronousQueue<>(), threads);
    }

    /** Takes over {@code client}; a failure of one client does not affect the next. */
    void serve(SocketChannel client) {
        try {
            if (mayAsk(client)) {
                threads.execute(new Exchange(client, administration, access.readOnly(), patience));
                trouble.over();
            } else {
                refuse(client, "this socket is for the user that the server runs as, and for root");
            }
        } catch (UnsupportedOperationException e) {
            refuse(client, "this system does not say who asks");
        } catch (RejectedExecutionException e) {
            refuse(client, "busy: " + MOST_CLIENTS + " clients are being answered; try again");
        } catch (IOException e) {
            refuse(client, "this system does not say who asks: " + e.getMessage());
        } catch (Throwable e) {
            trouble.log("control client cannot be answered", e);
            refuse(client, "the server cannot answer just now: " + e.getMessage());
        }
    }

    /** Disconnects all clients. */
    @Override
    public void close() {
        threads.shutdownNow();
    }

    /** With a group, the mode of the file has let nobody else connect. */
    private boolean mayAsk(SocketChannel client) throws IOException {
        return access.group().isPresent()
                || Users.isSelfOrRoot(
                        client.getOption(ExtendedSocketOptions.SO_PEERCRED).user());
    }

    private static void refuse(SocketChannel client, String reason) {
        try (client) {
            // Without waiting: an empty socket takes a line, and a client that does not read it must not delay others.
            client.configureBlocking(false);
            client.write(ByteBuffer.wrap((Json.of("error", reason) + "\n").getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            log.debug("a control client went away", e);
        }
    }
}
