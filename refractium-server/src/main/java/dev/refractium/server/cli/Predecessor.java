package dev.refractium.server.cli;

import com.google.gson.JsonParseException;
import dev.refractium.server.StartException;
import dev.refractium.server.config.ControlConfig;
import dev.refractium.server.control.ControlClient;
import dev.refractium.server.control.Inherited;
import dev.refractium.server.control.TakeOver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running server whose place this process takes, with {@code --take-over}. One thread. */
final class Predecessor implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Predecessor.class);

    /** The control socket of the server; empty: the one of the configuration, or the only server that this user runs. */
    private final Optional<Path> socket;

    /** Null until the server has been asked. */
    private @Nullable TakeOver asked;

    Predecessor(Optional<Path> socket) {
        this.socket = socket;
    }

    /**
     * Asks for the sockets of the server, which serves on for now.
     *
     * @param keys those of this process's own control sockets
     * @throws StartException if there is no such server, or it refuses
     */
    Inherited ask(ControlConfig keys) throws StartException {
        try {
            ControlClient server = find(keys);
            Answer answer = Answer.parse(server.takeOver());
            if (answer.error().isPresent()) {
                throw new IOException(answer.error().get());
            }
            TakeOver received = TakeOver.receive(
                    answer.text("socket"),
                    answer.number("descriptors"),
                    answer.texts("files").stream().map(Path::of).toList());
            asked = received;
            return received.passed();
        } catch (IOException | JsonParseException e) {
            throw new StartException("--take-over: " + e.getMessage(), e);
        }
    }

    /**
     * Tells the server that this process serves, and waits until it has let go of what both cannot have.
     *
     * @throws StartException if it serves on, so that this process must not
     */
    void serving() throws StartException {
        TakeOver server = Objects.requireNonNull(asked, "not asked");
        try {
            server.serving();
        } catch (IOException e) {
            throw new StartException("--take-over: " + e.getMessage(), e);
        }
        try {
            server.awaitRelease();
        } catch (IOException e) {
            log.warn("the server before this one has not let go of its control socket yet: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        try {
            if (asked != null) {
                asked.close();
            }
        } catch (IOException e) {
            log.debug("closing the connection to the server before", e);
        }
    }

    private ControlClient find(ControlConfig keys) throws IOException {
        Optional<Path> named = socket.or(keys::socket);
        return named.isPresent() ? ControlClient.at(named.get()) : ControlClient.find(System.getenv());
    }
}
