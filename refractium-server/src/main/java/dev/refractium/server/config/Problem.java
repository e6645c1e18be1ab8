package dev.refractium.server.config;

/**
 * One thing that is wrong with a configuration.
 *
 * @param where {@code file:line:column}, or the name of whatever else said it, such as a flag
 * @param key the key, as {@code server.port} or {@code protocols[1].sni}
 * @param message what is wrong, what was found, what to do
 */
public record Problem(String where, String key, String message) {
    @Override
    public String toString() {
        return where + ": " + key + ": " + message;
    }
}
