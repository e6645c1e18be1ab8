package dev.refractium.server;

import dev.refractium.server.net.Names;

/** Lets tests outside of this package answer for the system's resolver. */
public final class TestNames {
    private TestNames() {}

    /** Has the server ask {@code resolver} for names. */
    public static RefractiumBuilder with(RefractiumBuilder builder, Names.Resolver resolver) {
        return builder.resolver(resolver);
    }
}
