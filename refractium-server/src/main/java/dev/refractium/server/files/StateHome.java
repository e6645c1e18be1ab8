package dev.refractium.server.files;

import dev.refractium.server.text.FileFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory for what outlives the process: a named one, else {@code $STATE_DIRECTORY}, else {@code
 * $XDG_STATE_HOME/refractium}, else {@code ~/.local/state/refractium}. Only this user and root may write to it. Any thread.
 */
public final class StateHome {
    private static final Logger log = LoggerFactory.getLogger(StateHome.class);

    private final List<StatePlace> places = new ArrayList<>();

    /** The directory below the user's own that programs keep their state in; made if it is missing. */
    private Optional<Path> usual = Optional.empty();

    private StateHome() {}

    /** The directory of this path, which is made if it is missing. */
    public static StateHome at(Path named) {
        StateHome home = new StateHome();
        Path parent = named.getParent();
        home.places.add(
                parent == null
                        ? new StatePlace("state_dir", named.toString(), Optional.empty())
                        : new StatePlace(
                                "state_dir",
                                parent.toString(),
                                Optional.of(named.getFileName().toString())));
        return home;
    }

    /** The first directory of those above that can be trusted. */
    public static StateHome of(Map<String, String> environment) {
        StateHome home = new StateHome();
        String service = environment.getOrDefault("STATE_DIRECTORY", "").split(":", 2)[0];
        if (!service.isEmpty()) {
            home.places.add(new StatePlace("STATE_DIRECTORY", service, Optional.empty()));
        }
        String state = environment.getOrDefault("XDG_STATE_HOME", "");
        if (!state.isEmpty()) {
            home.places.add(new StatePlace("XDG_STATE_HOME", state, Optional.of("refractium")));
        }
        String user = environment.getOrDefault("HOME", "");
        if (!user.isEmpty()) {
            Path below = Path.of(user, ".local", "state");
            home.usual = Optional.of(below);
            home.places.add(new StatePlace("HOME", below.toString(), Optional.of("refractium")));
        }
        return home;
    }

    /** Returns the directory; empty if there is none, or none that can be trusted. Creates nothing. */
    public Optional<Path> existing() {
        for (StatePlace place : places) {
            try {
                return Optional.of(place.existing());
            } catch (IOException e) {
                log.debug("no state in {}={}", place.variable(), place.value(), e);
            }
        }
        return Optional.empty();
    }

    /**
     * Returns the directory; creates it if it is missing.
     *
     * @throws IOException if none can be trusted or made
     */
    public Path make() throws IOException {
        IOException last = new IOException("no directory for it is known; name one by state_dir");
        if (usual.isPresent()) {
            Files.createDirectories(usual.get());
        }
        for (StatePlace place : places) {
            try {
                return place.prepare();
            } catch (IOException e) {
                log.debug("no state in {}={}", place.variable(), place.value(), e);
                last = new IOException(place.variable() + ": " + FileFailure.of(e), e);
            }
        }
        throw last;
    }
}
