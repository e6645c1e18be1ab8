package dev.refractium.server.operate;

import dev.refractium.api.Transport;
import dev.refractium.server.session.Session;
import dev.refractium.server.session.Sessions;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Counts the live sessions in one pass, by generation, age and route. One use; not on an event loop. */
final class SessionCounts {
    private final Map<Long, Map<Age, Integer>> generations = new HashMap<>();
    private final Map<Place, Integer> routes = new HashMap<>();

    private SessionCounts() {}

    static SessionCounts of(Sessions sessions) {
        SessionCounts census = new SessionCounts();
        sessions.all().forEach(census::count);
        return census;
    }

    private record Place(Transport transport, String route) {}

    /** A class of ages, up to its bound. */
    private enum Age {
        MINUTE("1m", Duration.ofMinutes(1)),
        HOUR("1h", Duration.ofHours(1)),
        DAY("1d", Duration.ofDays(1)),
        OLDER("older", Duration.ofMillis(Long.MAX_VALUE));

        private final String label;
        private final long underMs;

        Age(String label, Duration under) {
            this.label = label;
            this.underMs = under.toMillis();
        }

        static Age of(long ms) {
            for (Age age : values()) {
                if (ms < age.underMs) {
                    return age;
                }
            }
            return OLDER;
        }
    }

    /** Returns the number of sessions of a generation by age, youngest first. */
    Map<String, Integer> byAge(long generation) {
        Map<Age, Integer> counts = generations.getOrDefault(generation, Map.of());
        Map<String, Integer> byAge = new LinkedHashMap<>();
        for (Age age : Age.values()) {
            byAge.put(age.label, counts.getOrDefault(age, 0));
        }
        return byAge;
    }

    /** Returns the number of sessions of the routes of this name, of all generations. */
    int of(Transport transport, String route) {
        return routes.getOrDefault(new Place(transport, route), 0);
    }

    private void count(Session session) {
        generations
                .computeIfAbsent(session.generation(), number -> new EnumMap<>(Age.class))
                .merge(Age.of(session.ageMs()), 1, Integer::sum);
        String route = session.route();
        if (route != null) {
            routes.merge(new Place(session.transport(), route), 1, Integer::sum);
        }
    }
}
