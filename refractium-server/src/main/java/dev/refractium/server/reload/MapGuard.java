package dev.refractium.server.reload;

import dev.refractium.server.engine.EnvironmentException;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.route.NameMap;
import dev.refractium.server.text.Escape;
import dev.refractium.server.text.NameTable;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Refuses maps that look unfinished beside the maps in force, unless an operator has asked for them. */
final class MapGuard {
    private MapGuard() {}

    /**
     * Compares the maps of two generations.
     *
     * @throws EnvironmentException if one has lost more than half of its names, unless that is forced; or if the watch
     *     found the beginning of the one in force
     */
    static void check(Generation running, Generation next, ReloadCause cause) throws EnvironmentException {
        Map<Path, NameTable> inForce = new HashMap<>();
        for (NameMap map : running.maps()) {
            inForce.put(map.file(), map.names());
        }
        for (NameMap map : next.maps()) {
            NameTable before = inForce.get(map.file());
            if (before != null && cause != ReloadCause.FORCED) {
                check(Escape.text(map.file().toString()), before, map.names(), cause);
            }
        }
    }

    private static void check(String file, NameTable before, NameTable now, ReloadCause cause)
            throws EnvironmentException {
        String counts = "the map " + file + " has " + now.size() + " names, and the one in force has " + before.size();
        if (now.size() < before.size() - now.size()) {
            throw new EnvironmentException(
                    counts + ": it has lost more than half; mend it, or take it by refractium reload --force", null);
        }
        if (cause == ReloadCause.WATCH && now.isBeginningOf(before)) {
            throw new EnvironmentException(
                    counts
                            + ": it is the beginning of that one, so that it may be cut short; take it by refractium reload",
                    null);
        }
    }
}
