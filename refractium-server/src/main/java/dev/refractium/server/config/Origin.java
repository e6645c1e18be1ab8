package dev.refractium.server.config;

import java.util.Map;

/**
 * Where a part of a configuration was said, so that a problem found later can name the place.
 *
 * @param source the place of the part as a whole: {@code file:line:column}, a flag's name, or "builder"
 * @param path what the part is called in messages: "server" or "protocols[1]"
 * @param places key to {@code file:line:column}; keys that were not said are missing
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

    /** Where {@code key} was said, else where the part was. */
    public String at(String key) {
        return places.getOrDefault(key, source);
    }

    /** A problem with {@code key}. */
    public Problem problem(String key, String message) {
        return new Problem(at(key), path + "." + key, message);
    }
}
