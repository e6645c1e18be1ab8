package dev.refractium.server.config;

import java.util.HashMap;
import java.util.Map;

/**
 * Where a part of a configuration was written, so that a later problem can name the place.
 *
 * @param source the place of the part as a whole: {@code file:line:column}, a flag's name, or "builder"
 * @param path the part's name in messages: "server" or "protocols[1]"
 * @param places key to {@code file:line:column}, elements of an array as {@code forward_to[1]}; keys that are not set
 *     are missing
 */
public record Origin(String source, String path, Map<String, String> places) {
    public Origin {
        places = Map.copyOf(places);
    }

    /** Returns the origin of a part that code or a flag made, which {@code source} names. */
    public static Origin of(String source, String path) {
        return new Origin(source, path, Map.of());
    }

    /** Returns whether {@code key} is set. */
    public boolean has(String key) {
        return places.containsKey(key);
    }

    /** Returns the place of {@code key}, or else of its array, or else of the part. */
    public String at(String key) {
        String place = places.get(key);
        if (place != null) {
            return place;
        }
        int bracket = key.indexOf('[');
        return bracket < 0 ? source : at(key.substring(0, bracket));
    }

    /** Returns a copy with {@code key} at {@code place}. */
    public Origin and(String key, String place) {
        Map<String, String> all = new HashMap<>(places);
        all.put(key, place);
        return new Origin(source, path, all);
    }

    /** Returns a problem with the part as a whole. */
    public Problem problem(String message) {
        return new Problem(source, path, message);
    }

    /** Returns a problem with {@code key}. */
    public Problem problem(String key, String message) {
        return new Problem(at(key), path + "." + key, message);
    }
}
