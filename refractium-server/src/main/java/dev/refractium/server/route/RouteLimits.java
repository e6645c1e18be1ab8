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
     * Times of a route or a listener in milliseconds; {@link #UNSET}: that of what is wider.
     *
     * @param idle of TCP sessions; 0: off
     * @param lifetime how long a session may last; 0: no limit
     * @param udpIdle of UDP sessions
     */
    public record Times(long stall, long halfClose, long idle, long lifetime, long udpIdle) {
        /** Stands for the time of the listener, or of the server. */
        public static final long UNSET = -1;

        /** All times are those of what is wider. */
        public static final Times NONE = new Times(UNSET, UNSET, UNSET, UNSET, UNSET);

        /** Returns the keys that are set, each with its value, for people. */
        public List<String> texts() {
            List<String> texts = new ArrayList<>();
            add(texts, "stall_timeout", stall);
            add(texts, "half_close_timeout", halfClose);
            add(texts, "idle_timeout", idle);
            add(texts, "max_lifetime", lifetime);
            add(texts, "udp_idle_timeout", udpIdle);
            return texts;
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
        texts.addAll(times.texts());
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
