package dev.refractium.server.hook;

import dev.refractium.api.Hook;
import dev.refractium.api.Session;
import dev.refractium.api.Tap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A hook of this program that is a single function and receives no bytes. */
public record FunctionHook(String name, Function<Session, @Nullable Tap> function) implements Hook {
    @Override
    public @Nullable Tap open(Session session) {
        return function.apply(session);
    }
}
