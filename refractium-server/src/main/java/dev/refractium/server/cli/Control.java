package dev.refractium.server.cli;

import dev.refractium.server.Refractium;
import dev.refractium.server.StartException;
import dev.refractium.server.config.ServerConfig;
import dev.refractium.server.control.ControlServer;
import dev.refractium.server.text.FileTrouble;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The control socket of the server that this process serves, as the configuration wants it. One thread. */
final class Control implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Control.class);

    /** There while it is open. */
    private @Nullable ControlServer socket;

    /**
     * Answers for {@code server} from now on.
     *
     * @throws StartException if the socket that was named cannot be had; without the usual one the server runs on
     */
    void open(Refractium server) throws StartException {
        String wanted = server.control();
        if (wanted.equals(ServerConfig.CONTROL_OFF)) {
            return;
        }
        Optional<Path> named =
                wanted.equals(ServerConfig.CONTROL_AUTO) ? Optional.empty() : Optional.of(Path.of(wanted));
        try {
            socket = ControlServer.start(named, System.getenv(), server.administration());
        } catch (IOException e) {
            if (named.isPresent()) {
                throw new StartException("no control socket: " + FileTrouble.of(e), e);
            }
            log.warn("no control socket: {}; name one by the key control, or set it to \"off\"", FileTrouble.of(e));
        }
    }

    /** Where it is; empty if there is none. */
    Optional<Path> socket() {
        return Optional.ofNullable(socket).map(ControlServer::file);
    }

    /** Mends what can be mended without waiting: to be called now and then. */
    void keep() {
        if (socket != null) {
            socket.revive();
        }
    }

    @Override
    public void close() {
        if (socket != null) {
            socket.close();
        }
    }
}
