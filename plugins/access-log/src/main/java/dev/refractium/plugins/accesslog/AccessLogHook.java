package dev.refractium.plugins.accesslog;

import dev.refractium.api.Hook;
import dev.refractium.api.Session;
import dev.refractium.api.SessionEnd;
import dev.refractium.api.Settings;
import dev.refractium.api.Tap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pf4j.Extension;

/**
 * An access log: a session's line is written when it ends, or is refused, and at intervals before that. It asks for no
 * bytes, so that none are copied for it.
 */
@Extension
public final class AccessLogHook implements Hook {
    private static final List<String> ATTRIBUTES = List.of("sni", "alpn", "host", "qname");

    /** Null before it is configured. */
    private final @Nullable SessionLog log;

    private final Set<String> attributes;

    /** For PF4J; what it makes is to be configured before it is used. */
    public AccessLogHook() {
        this(null, Set.of());
    }

    private AccessLogHook(@Nullable SessionLog log, Set<String> attributes) {
        this.log = log;
        this.attributes = attributes;
    }

    @Override
    public String name() {
        return "access-log";
    }

    @Override
    public Set<String> attributes() {
        return attributes;
    }

    @Override
    public int descriptors() {
        return log == null ? 0 : log.descriptors();
    }

    @Override
    public boolean refusals() {
        return log != null && log.takesRefusals();
    }

    @Override
    public Hook configured(Settings settings) {
        Set<String> wanted = Set.copyOf(settings.strings("attributes", ATTRIBUTES));
        return new AccessLogHook(new LogSettings(settings).read(), wanted);
    }

    @Override
    public @Nullable Tap open(Session session) {
        return log == null ? null : log.open(session);
    }

    @Override
    public void refused(Session session, SessionEnd end) {
        if (log != null) {
            log.refused(session, end);
        }
    }

    @Override
    public void flush() {
        if (log != null) {
            log.flush();
        }
    }

    @Override
    public void close() {
        if (log != null) {
            log.close();
        }
    }
}
