package dev.refractium.server.engine;

import dev.refractium.server.config.NameConfig;
import dev.refractium.server.config.Resolvers;
import dev.refractium.server.config.ServerConfig;
import dev.refractium.server.net.NameSettings;

/** The keys that names are looked up by. */
final class NameKeys {
    private NameKeys() {}

    static NameSettings of(ServerConfig server) {
        NameConfig names = server.timeouts().names();
        NameSettings.Kind kind = names.resolvers()
                .word()
                .map(word -> word.equals(Resolvers.JDK) ? NameSettings.Kind.JDK : NameSettings.Kind.SYSTEM)
                .orElse(NameSettings.Kind.SERVERS);
        return new NameSettings(kind, names.resolvers().addresses(), names.min(), names.max());
    }
}
