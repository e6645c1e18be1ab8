package dev.refractium.server.config;

import java.util.HashMap;
import java.util.Map;

/**
 * Where a part of a configuration was said, so that a problem found later can name the place.
 *
 * @param source the place of the part as a whole: {@code file:line:column}, a flag's name, or "builder"
 * @param path what the part is called in messages: "server" or "protocols[1]"
 * @param places key to {@code file:line:column}, elements of an array as {@code forward_to[1]}; keys that were not said
 *     are missing
 */
public record Origin(String source, String path, Map<String, String> places) {
    public Origin {
        places = Map.copyOf(places);
    }

    /** A part that was made in code, or by a flag, which {@code source} names. */
    public static Origin of(String source, String path) {
        return new Origin(source, path, Map.of());
    }

    /** Whether {@code key} was said. */
    public boolean has(String key) {
        return places.containsKey(key);
    }

    /** Where {@code key} was said, else the array that it is an element of, else the part. */
    public String at(String key) {
        String place = places.get(key);
        if (place != null) {
            return place;
        }
        int bracket = key.indexOf('[');
        return bracket < 0 ? source : at(key.substring(0, bracket));
    }

    /** This, with {@code key} said at {@code place}. */
    public Origin and(String key, String place) {
        Map<String, String> all = new HashMap<>(places);
        all.put(key, place);
        return new Origin(source, path, all);
    }

    /** A problem with {@code key}. */
    public Problem problem(String key, String message) {
        return new Problem(at(key), path + "." + key, message);
    }
}
