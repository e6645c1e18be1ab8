package dev.refractium.server.control;

import dev.refractium.server.net.DescriptorChannel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The other end of a hand-over: the process that is to serve in a running server's place. One thread. */
public final class TakeOver implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration LETS_GO_WITHIN = Duration.ofSeconds(10);

    private final DescriptorChannel server;
    private final Inherited passed;

    private TakeOver(DescriptorChannel server, Inherited passed) {
        this.server = server;
        this.passed = passed;
    }

    /**
     * Receives the sockets that a running server has offered; it serves on until {@link #serving}.
     *
     * @param socket where they are to be had, as the server has answered
     * @param count how many there are
     * @param files those of its Unix sockets
     * @throws IOException if they did not come
     */
    public static TakeOver receive(String socket, int count, List<Path> files) throws IOException {
        DescriptorChannel server = DescriptorChannel.connect(socket);
        List<Integer> descriptors = new ArrayList<>();
        try {
            while (descriptors.size() < count) {
                descriptors.add(server.receive(PATIENCE));
            }
            return new TakeOver(server, new Inherited(descriptors, files));
        } catch (IOException | RuntimeException e) {
            // The sockets that have come stay open: the process ends, since it cannot serve.
            server.close();
            throw e;
        }
    }

    /** Returns what has been passed on. */
    public Inherited passed() {
        return passed;
    }

    /**
     * Tells the server that this process serves now.
     *
     * @throws IOException if the server has withdrawn its offer: it serves on, so this process must not
     */
    public void serving() throws IOException {
        server.tell();
        if (!server.awaitWord(PATIENCE)) {
            throw new IOException("the running server has withdrawn, and serves on; its log says why");
        }
    }

    /**
     * Waits until the server has let go of what both cannot have.
     *
     * @throws IOException if that took too long; it will let go when it ends
     */
    public void awaitRelease() throws IOException {
        server.awaitWord(LETS_GO_WITHIN);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
