package dev.refractium.server.config;

import dev.refractium.api.Settings;
import dev.refractium.server.text.Escape;
import dev.refractium.server.text.Hiding;
import dev.refractium.server.text.Suggestion;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A table of settings while a plugin reads it: remembers the keys that were read, and every problem with its place. One
 * use, one thread.
 */
public final class GivenSettings implements Settings {
    private final SettingsTable table;

    /** The server's keys in the same table; their values are already checked. */
    private final Map<String, Object> servers;

    private final Set<String> asked = new LinkedHashSet<>();
    private final Problems problems = new Problems();
    private final SecretFiles secretFiles;

    /** The secrets that were read, by their keys. */
    private final Map<String, String> secrets = new LinkedHashMap<>();

    GivenSettings(SettingsTable table, Map<String, Object> servers, SecretFiles secretFiles) {
        this.table = table;
        this.secretFiles = secretFiles;
        this.servers = Map.copyOf(servers);
    }

    /**
     * Returns the problems, including keys that nothing has read. Call it when the plugin has read all its settings.
     */
    public List<Problem> problems() {
        Problems found = new Problems();
        found.addAll(problems.all());
        for (String key : table.values().keySet()) {
            if (!asked.contains(key)) {
                String known = asked.isEmpty() ? "this plugin has no settings" : Suggestion.phrase(key, asked);
                found.add(problemOf(key, "unknown key; " + known));
            }
        }
        return found.all();
    }

    /** Returns a problem with the table as a whole. */
    public Problem problem(String message) {
        return table.origin().problem(withoutSecrets(message));
    }

    @Override
    public boolean has(String key) {
        asked.add(key);
        return table.values().containsKey(key);
    }

    @Override
    public String string(String key, String fallback) {
        return value(key, String.class, fallback, "a string in quotes");
    }

    @Override
    public long integer(String key, long fallback) {
        return value(key, Long.class, fallback, "an integer without quotes");
    }

    @Override
    public Duration duration(String key, Duration fallback) {
        return quantity(key, fallback, Quantities::duration);
    }

    @Override
    public long size(String key, long fallback) {
        return servers.get(key) instanceof Long bytes
                ? bytes
                : quantity(key, new Size(fallback), Quantities::size).bytes();
    }

    @Override
    public boolean bool(String key, boolean fallback) {
        return value(key, Boolean.class, fallback, "true or false without quotes");
    }

    @Override
    public List<String> strings(String key, List<String> fallback) {
        if (!has(key)) {
            return fallback;
        }
        Object value = table.values().get(key);
        if (value instanceof String one) {
            return List.of(one);
        }
        if (value instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
            return list.stream().map(String.class::cast).toList();
        }
        problem(key, Section.mistyped(value, "a string or an array of strings"));
        return fallback;
    }

    @Override
    public Optional<Path> path(String key) {
        if (!has(key)) {
            return Optional.empty();
        }
        Object value = table.values().get(key);
        if (value instanceof String text && !text.isBlank()) {
            try {
                return Optional.of(
                        table.directory().resolve(text).toAbsolutePath().normalize());
            } catch (InvalidPathException e) {
                problem(key, "is no path; " + e.getReason());
                return Optional.empty();
            }
        }
        problem(key, Section.mistyped(value, "a path in quotes"));
        return Optional.empty();
    }

    @Override
    public Optional<String> secret(String key) {
        String fileKey = key + "_file";
        boolean here = has(key);
        boolean inFile = has(fileKey);
        if (here && inFile) {
            problem(fileKey, "is also said by " + key + "; remove one of the two");
            return Optional.empty();
        }
        Optional<String> secret =
                here ? written(key) : inFile ? path(fileKey).flatMap(file -> read(fileKey, file)) : Optional.empty();
        secret.ifPresent(value -> secrets.put(key, value));
        return secret;
    }

    /** Returns the secrets that were read, by their keys. */
    public Map<String, String> secrets() {
        return secrets;
    }

    private Optional<String> written(String key) {
        if (table.values().get(key) instanceof String text && !text.isEmpty()) {
            return Optional.of(text);
        }
        problem(key, "is no secret; write a string in quotes, or name its file in " + key + "_file");
        return Optional.empty();
    }

    private Optional<String> read(String fileKey, Path file) {
        try {
            return Optional.of(secretFiles.read(file));
        } catch (IOException e) {
            problem(fileKey, Escape.text(file.toString()) + " " + e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public void problem(String key, String message) {
        // The plugin's words, on their way to a log and a terminal.
        problems.add(problemOf(key, Escape.text(withoutSecrets(message), 1024)));
    }

    private String withoutSecrets(String message) {
        String shown = message;
        for (String secret : secrets.values()) {
            shown = Hiding.whole(shown, secret, "(secret)");
        }
        return shown;
    }

    private <T> T value(String key, Class<T> type, T fallback, String wanted) {
        if (type.isInstance(servers.get(key))) {
            return type.cast(servers.get(key));
        }
        if (!has(key)) {
            return fallback;
        }
        Object value = table.values().get(key);
        if (!type.isInstance(value)) {
            problem(key, Section.mistyped(value, wanted));
            return fallback;
        }
        return type.cast(value);
    }

    private <T> T quantity(String key, T fallback, Function<Object, T> reader) {
        if (!has(key)) {
            return fallback;
        }
        try {
            return reader.apply(Objects.requireNonNull(table.values().get(key)));
        } catch (IllegalArgumentException e) {
            problem(key, Objects.requireNonNull(e.getMessage()));
            return fallback;
        }
    }

    private Problem problemOf(String key, String message) {
        Problem problem = table.origin().problem(key, message);
        return new Problem(problem.where(), Escape.text(problem.key(), 256), problem.message());
    }
}
