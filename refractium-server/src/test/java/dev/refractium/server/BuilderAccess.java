package dev.refractium.server;

import dev.refractium.server.net.NameResolver;
import dev.refractium.server.reload.ServerRequest;

/** Gives tests outside of this package what a builder keeps for itself. */
public final class BuilderAccess {
    private BuilderAccess() {}

    /** Has the server ask {@code resolver} for names. */
    public static RefractiumBuilder with(RefractiumBuilder builder, NameResolver.Resolver resolver) {
        return builder.resolver(resolver);
    }

    /** Returns the settings of {@code builder} so far. */
    public static ServerRequest request(RefractiumBuilder builder) {
        return builder.request();
    }
}
