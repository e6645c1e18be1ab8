package dev.refractium.server.cli;

import dev.refractium.server.Refractium;
import dev.refractium.server.StartException;
import dev.refractium.server.config.ProcessConfig;
import dev.refractium.server.control.ControlServer;
import dev.refractium.server.text.FileFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The control socket of the server that this process runs, as configured. One thread. */
final class Control implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Control.class);

    /** Null unless it is open. */
    private @Nullable ControlServer socket;

    /** The value of the key {@code control} that was applied last, or failed last. */
    private String applied = ProcessConfig.CONTROL_OFF;

    /**
     * Takes the control socket for a server that is about to start; clients wait for it.
     *
     * @param control key {@code control}
     * @throws StartException if a named socket cannot be taken; without the default one the server runs on
     */
    void take(String control) throws StartException {
        applied = control;
        try {
            socket = bound();
        } catch (IOException e) {
            if (named(control).isPresent()) {
                throw new StartException("no control socket: " + FileFailure.of(e), e);
            }
            warn(e);
        }
    }

    /** Answers for {@code server} from now on. */
    void open(Refractium server) {
        if (socket != null) {
            socket.serve(server.administration());
        }
    }

    /** Returns where it is; empty if there is none. */
    Optional<Path> socket() {
        return Optional.ofNullable(socket).map(ControlServer::file);
    }

    /** Moves the socket to the configured place, or retries what failed, without waiting. Call it now and then. */
    void keep(Refractium server) {
        if (!server.controlSocket().equals(applied)) {
            move(server);
        } else if (socket != null) {
            socket.revive();
        }
    }

    @Override
    public void close() {
        if (socket != null) {
            socket.close();
        }
    }

    /** Opens the new one before the old one closes; if it cannot be opened the old one stays. */
    private void move(Refractium server) {
        applied = server.controlSocket();
        ControlServer before = socket;
        try {
            socket = bound();
            open(server);
        } catch (IOException e) {
            warn(e);
            return;
        }
        if (before != null) {
            before.close();
        }
        log.info("control socket={}", socket().map(Path::toString).orElse(ProcessConfig.CONTROL_OFF));
    }

    private @Nullable ControlServer bound() throws IOException {
        return applied.equals(ProcessConfig.CONTROL_OFF) ? null : ControlServer.bind(named(applied), System.getenv());
    }

    private static Optional<Path> named(String control) {
        return control.equals(ProcessConfig.CONTROL_AUTO) || control.equals(ProcessConfig.CONTROL_OFF)
                ? Optional.empty()
                : Optional.of(Path.of(control));
    }

    private static void warn(IOException reason) {
        log.warn("no control socket: {}; name one by the key control, or set it to \"off\"", FileFailure.of(reason));
    }
}
