package dev.refractium.server.config;

import dev.refractium.server.config.TomlPieces.Piece;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The routes that a server has read, by the pieces of text that they stand in: a reload reads what has changed, and has
 * the same objects for the rest. Keeps no text. Any thread.
 */
public final class ReadRoutes {
    /** Those of the reading before, and those of the one that is under way; guarded by the monitor. */
    private Map<Piece.Mark, List<RouteConfig>> before = Map.of();

    private Map<Piece.Mark, List<RouteConfig>> now = new HashMap<>();

    /** Returns the routes of a piece that was read in the same place; empty if it was not. */
    synchronized Optional<List<RouteConfig>> find(Piece.Mark piece) {
        List<RouteConfig> known = now.getOrDefault(piece, before.get(piece));
        if (known != null) {
            now.put(piece, known);
        }
        return Optional.ofNullable(known);
    }

    /** Keeps the routes of a piece that has neither problems nor warnings. */
    synchronized void add(Piece.Mark piece, List<RouteConfig> routes) {
        now.put(piece, List.copyOf(routes));
    }

    /** Ends a reading of all files: pieces that they no longer have are forgotten. */
    public synchronized void end() {
        before = now;
        now = new HashMap<>();
    }

    /** Returns how many pieces are known. */
    synchronized int size() {
        return before.size();
    }
}
