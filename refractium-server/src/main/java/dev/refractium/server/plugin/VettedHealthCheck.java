package dev.refractium.server.plugin;

import static java.util.Objects.requireNonNull;

import dev.refractium.api.HealthCheck;
import dev.refractium.api.Peek;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A check that a plugin makes when it is used first: on an event loop. Refuses answers that the API rules out. One loop. */
final class VettedHealthCheck implements HealthCheck {
    private static final int MOST_BYTES = 16 << 10;

    private final Supplier<Optional<HealthCheck>> plugin;
    private @Nullable HealthCheck made;

    VettedHealthCheck(Supplier<Optional<HealthCheck>> plugin) {
        this.plugin = plugin;
    }

    @Override
    public byte[] opening() {
        return bytes(check().opening(), "opening()");
    }

    @Override
    public Verdict judge(Peek answer) {
        return requireNonNull(check().judge(answer), "judge() gave null");
    }

    @Override
    public byte[] closing() {
        return bytes(check().closing(), "closing()");
    }

    private HealthCheck check() {
        if (made == null) {
            made = requireNonNull(plugin.get(), "healthCheck() gave null").orElseThrow();
        }
        return made;
    }

    private static byte[] bytes(byte[] given, String method) {
        if (requireNonNull(given, method).length > MOST_BYTES) {
            throw new IllegalStateException(
                    method + " gave " + given.length + " bytes; return " + MOST_BYTES + " at most");
        }
        return given;
    }
}
