package dev.refractium.plugins.parts.hook;

import dev.refractium.api.Settings;
import dev.refractium.api.Units;

/** The key {@code max_size}: how large a file that a hook writes may become. */
public final class MaxSize {
    private MaxSize() {}

    /**
     * Returns the size in bytes, and reports one that is too small.
     *
     * @param initial the size of a hook without the key
     * @param least the smallest that makes sense
     */
    public static long of(Settings settings, long initial, long least) {
        long size = settings.size("max_size", initial);
        if (size < least) {
            settings.problem(
                    "max_size", Units.formatSize(size) + " is too small; use " + Units.formatSize(least) + " or more");
        }
        return size;
    }
}
