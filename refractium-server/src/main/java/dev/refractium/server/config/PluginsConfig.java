package dev.refractium.server.config;

import dev.refractium.server.text.Escape;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The {@code [plugins]} table: which JARs of the plugin directory may be loaded, and for how long a version is on
 * trial.
 *
 * @param sha256 plugin id to the only hash that a JAR of this id may have, in lower-case hex
 * @param allow the only ids that are loaded; empty: every id
 * @param denyCalls whether a JAR with calls that end or leave the process is refused; otherwise there is a warning
 * @param rollbackWindow for how long a new version may be rolled back; zero: never
 * @param callTimeout how long a call of a plugin's life cycle may take
 * @param origin where the keys were written
 */
public record PluginsConfig(
        @Key("sha256") Map<String, String> sha256,
        @Key("allow") Optional<Set<String>> allow,
        @Key(value = "deny_calls", initial = "false") boolean denyCalls,

        @Key(value = "rollback_window", initial = "0s", min = "0s", max = "24h")
        Duration rollbackWindow,

        @Key(value = "call_timeout", initial = "30s", min = "100ms", max = "10m")
        Duration callTimeout,

        Origin origin) {
    static final Keys<PluginsConfig> KEYS = new Keys<>(PluginsConfig.class);

    private static final Pattern ID = Pattern.compile("[a-z][a-z0-9._-]{0,63}");
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    /** @throws InvalidValueException naming the key whose value is refused */
    public PluginsConfig {
        sha256 = Map.copyOf(sha256);
        allow = allow.map(Set::copyOf);
        KEYS.check(sha256, allow, denyCalls, rollbackWindow, callTimeout);
        sha256.forEach((id, hash) -> {
            checkId("sha256", id);
            if (!hash.equals(checkedHash("sha256", hash))) {
                throw new InvalidValueException("sha256", Escape.quoted(hash) + " is not in lower case");
            }
        });
        allow.ifPresent(ids -> ids.forEach(id -> checkId("allow", id)));
    }

    /** Returns an empty table: every JAR that can be loaded is. */
    public static PluginsConfig defaults() {
        return KEYS.make(Map.of(), Origin.of("defaults", "plugins"));
    }

    /**
     * Returns a copy with other values, from the builder.
     *
     * @param values key to value, with the types of this record's components
     * @throws InvalidValueException naming the first key whose value is refused
     */
    public PluginsConfig with(Map<String, ?> values) {
        return KEYS.copy(this, values, origin);
    }

    /** Returns the ids that are named and that no JAR has, sorted, with their places: they restrict nothing. */
    public Map<String, String> idle(Collection<String> installed) {
        Map<String, String> idle = new TreeMap<>();
        sha256.keySet().forEach(id -> idle.put(id, origin.at("sha256")));
        allow.ifPresent(ids -> ids.forEach(id -> idle.putIfAbsent(id, origin.at("allow"))));
        idle.keySet().removeAll(installed);
        return idle;
    }

    static void checkId(String key, String id) {
        if (!ID.matcher(id).matches()) {
            throw new InvalidValueException(
                    key,
                    Escape.quoted(id) + " is no plugin's id; `refractium plugins` lists them, such as refractium-ssh");
        }
    }

    static String checkedHash(String key, String hash) {
        String lower = hash.toLowerCase(Locale.ROOT);
        if (!HASH.matcher(lower).matches()) {
            throw new InvalidValueException(
                    key, Escape.quoted(hash) + " is no SHA-256; write the 64 hexadecimal digits of sha256sum");
        }
        return lower;
    }
}
