package dev.refractium.server.cli;

import dev.refractium.server.Refractium;
import dev.refractium.server.StartException;
import dev.refractium.server.config.ControlConfig;
import dev.refractium.server.control.ControlServer;
import dev.refractium.server.control.SocketAccess;
import dev.refractium.server.text.FileFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The control sockets of the server that this process runs, as configured: one for all requests, one for the status. Any thread. */
final class Control implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Control.class);

    private static final ControlConfig NONE = new ControlConfig(ControlConfig.OFF, Optional.empty(), Optional.empty());

    private final Socket full = new Socket();
    private final Socket read = new Socket();

    /** The keys that were applied last, or failed last. */
    private ControlConfig applied = NONE;

    /** Whether another process serves in this one's place. */
    private boolean left;

    /**
     * Where a socket is.
     *
     * @param file empty: the usual place
     */
    private record Wanted(Optional<Path> file, SocketAccess access) {
        /** The place that a server has of its own. Nobody else can enter it. */
        static final Wanted USUAL = new Wanted(Optional.empty(), SocketAccess.PRIVATE);

        static Optional<Wanted> full(ControlConfig keys) {
            boolean off = keys.control().equals(ControlConfig.OFF);
            Optional<Path> file = keys.socket();
            // Nobody else can enter the usual place.
            SocketAccess access = new SocketAccess(file.flatMap(named -> keys.group()), false);
            return off ? Optional.empty() : Optional.of(new Wanted(file, access));
        }

        static Optional<Wanted> read(ControlConfig keys) {
            return keys.read()
                    .map(file -> new Wanted(Optional.of(Path.of(file)), new SocketAccess(keys.group(), true)));
        }
    }

    /**
     * Takes the control sockets for a server that is about to start; clients wait for it.
     *
     * @throws StartException if a named socket cannot be taken; without the default one the server runs on
     */
    synchronized void take(ControlConfig keys) throws StartException {
        applied = keys;
        full.take(Wanted.full(keys));
        read.take(Wanted.read(keys));
    }

    /** Answers for {@code server} from now on. */
    synchronized void open(Refractium server) {
        full.open(server);
        read.open(server);
    }

    /** Returns where they are. */
    synchronized List<Path> sockets() {
        return List.of(full, read).stream()
                .flatMap(socket -> socket.file().stream())
                .toList();
    }

    /** Moves the sockets to the configured places, or retries what failed, without waiting. Call it now and then. */
    synchronized void keep(Refractium server) {
        ControlConfig keys = server.control();
        if (left || keys.equals(applied)) {
            full.revive();
            read.revive();
        } else {
            applied = keys;
            full.move(Wanted.full(keys), server);
            read.move(Wanted.read(keys), server);
        }
    }

    /**
     * Lets go of named sockets, since the process that serves from now on takes them; while this one drains it is asked at
     * the usual place, under its own number.
     */
    synchronized void leave(Refractium server) {
        left = true;
        if (applied.socket().isPresent()) {
            full.move(Optional.of(Wanted.USUAL), server);
        }
        read.move(Optional.empty(), server);
    }

    @Override
    public synchronized void close() {
        full.close();
        read.close();
    }

    /** One of them. */
    private static final class Socket {
        private Optional<Wanted> applied = Optional.empty();

        /** Null unless it is open. */
        private @Nullable ControlServer open;

        void take(Optional<Wanted> wanted) throws StartException {
            applied = wanted;
            try {
                open = bound();
            } catch (IOException e) {
                if (wanted.flatMap(Wanted::file).isPresent()) {
                    throw new StartException("no control socket: " + FileFailure.of(e), e);
                }
                warn(e);
            }
        }

        void open(Refractium server) {
            if (open != null) {
                open.serve(server.administration());
            }
        }

        Optional<Path> file() {
            return Optional.ofNullable(open).map(ControlServer::file);
        }

        void revive() {
            if (open != null) {
                open.revive();
            }
        }

        /** Opens the new one before the old one closes; if it cannot be opened the old one stays. */
        void move(Optional<Wanted> wanted, Refractium server) {
            if (wanted.equals(applied)) {
                return;
            }
            applied = wanted;
            ControlServer before = open;
            boolean inPlace = before != null && wanted.flatMap(Wanted::file).equals(Optional.of(before.file()));
            if (before != null && inPlace) {
                // Only its access changes, and two sockets cannot have one file.
                before.close();
            }
            try {
                open = bound();
                open(server);
            } catch (IOException e) {
                warn(e);
                return;
            }
            if (before != null && !inPlace) {
                before.close();
            }
            log.info("control socket={}", file().map(Path::toString).orElse(ControlConfig.OFF));
        }

        void close() {
            if (open != null) {
                open.close();
            }
        }

        private @Nullable ControlServer bound() throws IOException {
            return applied.isEmpty()
                    ? null
                    : ControlServer.bind(applied.get().file(), applied.get().access(), System.getenv());
        }

        private static void warn(IOException reason) {
            log.warn(
                    "no control socket: {}; name one by the key control, or set it to \"off\"", FileFailure.of(reason));
        }
    }
}
