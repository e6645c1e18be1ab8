package dev.refractium.api;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What an operator wrote for one plugin, in its table of the configuration: {@code [settings.PLUGIN_ID]} for its
 * protocols, {@code [hooks.NAME]} for a hook. It is the host's, and is read while {@link Protocol#configured} or {@link
 * Hook#configured} runs, on the thread that calls it; afterwards it answers nobody.
 *
 * <p>Asking for a key makes it known. A key that is there and was never asked for is refused as a typing error would be,
 * so ask for every key each time, whatever the others say. A value of another type than the one asked for is refused by
 * the host, which names the place in the file; the getter then gives the fallback, and the plugin goes on reading, so
 * that every problem is told at once.
 *
 * @since 0.1.0
 */
public interface Settings {
    /** Whether the key was written, whatever its type. Makes it known. */
    boolean has(String key);

    /** A string, or {@code fallback} where the key was not written. */
    String string(String key, String fallback);

    /** An integer, or {@code fallback} where the key was not written. Whether it is in range is the plugin's to say. */
    long integer(String key, long fallback);

    /**
     * A duration, written as {@link Units} has it, or {@code fallback} where the key was not written. A number without a
     * unit is refused by the host. Whether the duration is in range is the plugin's to say.
     */
    Duration duration(String key, Duration fallback);

    /**
     * A size in bytes, or {@code fallback} where the key was not written. It is written as {@link Units} has it, or as an
     * integer, which is a number of bytes. Whether the size is in range is the plugin's to say.
     */
    long size(String key, long fallback);

    /** {@code true} or {@code false}, or {@code fallback} where the key was not written. */
    boolean bool(String key, boolean fallback);

    /**
     * An array of strings, in its order, or {@code fallback} where the key was not written. A single string counts as an
     * array of one.
     */
    List<String> strings(String key, List<String> fallback);

    /**
     * A path, absolute: one that was written relative starts at the directory of the file that says it, or at the working
     * directory where a program says it. Empty where the key was not written, or no path. Whether there is anything is
     * the plugin's to look.
     */
    Optional<Path> path(String key);

    /**
     * A secret, such as a password: what {@code key} says, or what the file holds that {@code key_file} names, without its
     * last line feed. Makes both known. The file is read each time this is called, so at each reload; the host refuses
     * one that other users may read or write, that is empty or larger than 64 KiB. A path that was written relative starts
     * as that of {@link #path} does. Empty where neither was written, or what is there was refused. Never log it, and
     * never put it into a problem or an exception.
     */
    Optional<String> secret(String key);

    /**
     * Refuses a value, and with it the configuration; does not throw. The host puts the place in front.
     *
     * @param key the key whose value it is; one that was not written is reported at the table
     * @param message what is wrong and what to do, as "70000 is no port; use 1 to 65535"
     */
    void problem(String key, String message);
}
