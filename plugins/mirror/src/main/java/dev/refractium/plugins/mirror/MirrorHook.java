package dev.refractium.plugins.mirror;

import dev.refractium.api.Direction;
import dev.refractium.api.Hook;
import dev.refractium.api.Session;
import dev.refractium.api.Settings;
import dev.refractium.api.Tap;
import dev.refractium.api.Units;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pf4j.Extension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A mirror: each session's client bytes go to a second backend as well, over a connection of its own. */
@Extension
public final class MirrorHook implements Hook {
    private static final Logger log = LoggerFactory.getLogger(MirrorHook.class);
    private static final int MAX_SESSIONS = 256;
    private static final int OTHER_DESCRIPTORS = 6;
    private static final int MOST_SESSIONS = 10_000;
    private static final long MEMORY = 16 << 20;
    private static final int LEAST_BUFFER = 64 << 10;
    private static final int MOST_BUFFER = 64 << 20;

    private final @Nullable Mirror mirror;

    /** For PF4J; what it makes is to be configured before it is used. */
    public MirrorHook() {
        this(null);
    }

    private MirrorHook(@Nullable Mirror mirror) {
        this.mirror = mirror;
    }

    @Override
    public String name() {
        return "mirror";
    }

    @Override
    public Set<Direction> bytes() {
        return Set.of(Direction.FROM_CLIENT);
    }

    /** A socket each session, a selector's own, and a lookup of the other backend's name. */
    @Override
    public int descriptors() {
        return mirror == null ? 0 : mirror.maxSessions() + OTHER_DESCRIPTORS;
    }

    @Override
    public Hook configured(Settings settings) {
        String to = settings.string("to", "");
        Optional<Target> target = Target.parse(to);
        if (target.isEmpty()) {
            settings.problem("to", to.isEmpty() ? "is missing; use \"host:port\"" : "is not host:port");
        }
        int sessions = ranged(settings, "max_sessions", MAX_SESSIONS, 1, MOST_SESSIONS);
        Memory memory = memory(settings, sessions);
        return target.isEmpty() ? this : new MirrorHook(new Mirror(target.get(), sessions, memory));
    }

    @Override
    public @Nullable Tap open(Session session) {
        if (mirror == null) {
            return null;
        }
        try {
            return mirror.open(session.transport());
        } catch (IOException e) {
            // The other backend may be down for days; its death is nobody's news but its own operators'.
            log.debug("not mirrored session={}", session.id(), e);
            return null;
        }
    }

    @Override
    public void close() {
        if (mirror != null) {
            mirror.close();
        }
    }

    /** As much as may wait in the server for this hook, shared fairly; or what the operator gives each session. */
    private static Memory memory(Settings settings, int sessions) {
        long memory = settings.size("memory", MEMORY);
        if (!settings.has("buffer")) {
            return new Memory(memory, Long.MAX_VALUE);
        }
        long buffer = settings.size("buffer", LEAST_BUFFER);
        if (buffer < LEAST_BUFFER || buffer > MOST_BUFFER) {
            settings.problem(
                    "buffer",
                    Units.formatSize(buffer) + " is out of range; use " + Units.formatSize(LEAST_BUFFER) + " to "
                            + Units.formatSize(MOST_BUFFER));
            buffer = LEAST_BUFFER;
        }
        return new Memory(buffer * (sessions + 1), buffer);
    }

    private static int ranged(Settings settings, String key, int fallback, int least, int most) {
        long value = settings.integer(key, fallback);
        if (value < least || value > most) {
            settings.problem(key, value + " is out of range; use " + least + " to " + most);
            return fallback;
        }
        return (int) value;
    }
}
