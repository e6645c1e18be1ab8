package dev.refractium.server.config;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The keys that were whole milliseconds before durations had units. They are read until 0.2, each with a warning;
 * {@code peek_timeout_ms}, which other programs' files have, is read without a warning for good.
 */
final class FormerKeys {
    private static final String FOR_GOOD = "peek_timeout_ms";

    private static final String UNIT = "_ms";

    /** Former names by the keys. */
    private static final Map<String, String> NAMES = Stream.of(
                    FOR_GOOD,
                    "silence_timeout_ms",
                    "connect_timeout_ms",
                    "interval_ms",
                    "stall_timeout_ms",
                    "half_close_timeout_ms",
                    "idle_timeout_ms",
                    "drain_timeout_ms",
                    "udp_idle_timeout_ms",
                    "rollback_window_ms",
                    "call_timeout_ms")
            .collect(Collectors.toMap(
                    former -> former.substring(0, former.length() - UNIT.length()), Function.identity()));

    private FormerKeys() {}

    /** Returns the former name of a key, if it had one. */
    static Optional<String> of(String key) {
        return Optional.ofNullable(NAMES.get(key));
    }

    /** Returns whether a former name is read for good. */
    static boolean isForGood(String former) {
        return former.equals(FOR_GOOD);
    }
}
