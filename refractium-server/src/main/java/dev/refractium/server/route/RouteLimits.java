package dev.refractium.server.route;

import dev.refractium.api.Units;
import dev.refractium.server.limit.Gate;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a route enforces on its sessions.
 *
 * @param gate which clients it serves, and how many
 * @param times where they differ from those of the listener
 */
public record RouteLimits(Gate gate, Times times) {
    /**
     * Times in milliseconds; {@link #UNSET}: that of the listener.
     *
     * @param lifetime how long a session may last; 0: no limit
     */
    public record Times(long stall, long halfClose, long idle, long lifetime) {
        /** Stands for the listener's own time. */
        public static final long UNSET = -1;

        /** All times are those of the listener. */
        public static final Times NONE = new Times(UNSET, UNSET, UNSET, UNSET);

        private void addTo(List<String> texts) {
            add(texts, "stall_timeout", stall);
            add(texts, "half_close_timeout", halfClose);
            add(texts, "idle_timeout", idle);
            add(texts, "max_lifetime", lifetime);
        }

        private static void add(List<String> texts, String key, long ms) {
            if (ms != UNSET) {
                texts.add(key + " " + Units.format(Duration.ofMillis(ms)));
            }
        }
    }

    /** Returns the keys that are set, each with its value, for people. */
    public List<String> texts() {
        List<String> texts = new ArrayList<>(gate.rules().texts());
        times.addTo(texts);
        return texts;
    }

    /** Returns whether the route's guard lets this client in. */
    public boolean admits(@Nullable InetAddress client) {
        return gate.rules().guard().admits(client);
    }

    /** Returns limits that let every client in. */
    public static RouteLimits none() {
        return new RouteLimits(new Gate(Gate.Rules.NONE), Times.NONE);
    }
}
