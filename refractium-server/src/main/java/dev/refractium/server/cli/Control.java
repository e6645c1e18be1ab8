package dev.refractium.server.cli;

import dev.refractium.server.Refractium;
import dev.refractium.server.StartException;
import dev.refractium.server.config.ServerConfig;
import dev.refractium.server.control.ControlServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The control socket of the server that this process serves, as the configuration wants it. */
final class Control implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Control.class);

    private final @Nullable ControlServer server;

    private Control(@Nullable ControlServer server) {
        this.server = server;
    }

    /** @throws StartException if the socket that was named cannot be had; without the usual one the server runs on */
    static Control of(Refractium server) throws StartException {
        String wanted = server.control();
        if (wanted.equals(ServerConfig.CONTROL_OFF)) {
            return new Control(null);
        }
        Optional<Path> named =
                wanted.equals(ServerConfig.CONTROL_AUTO) ? Optional.empty() : Optional.of(Path.of(wanted));
        try {
            return new Control(ControlServer.start(named, System.getenv(), server.administration()));
        } catch (IOException e) {
            if (named.isPresent()) {
                throw new StartException("no control socket: " + reason(e), e);
            }
            log.warn("no control socket: {}; name one by the key control, or set it to \"off\"", reason(e));
            return new Control(null);
        }
    }

    /** Where it is; empty if there is none. */
    Optional<Path> socket() {
        return Optional.ofNullable(server).map(ControlServer::file);
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
