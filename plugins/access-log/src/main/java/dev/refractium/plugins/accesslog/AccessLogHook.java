package dev.refractium.plugins.accesslog;

import dev.refractium.api.Hook;
import dev.refractium.api.Session;
import dev.refractium.api.Settings;
import dev.refractium.api.Tap;
import dev.refractium.api.Units;
import dev.refractium.plugins.parts.hook.FileAccess;
import dev.refractium.plugins.parts.hook.RefusalLimit;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pf4j.Extension;

/** An access log: a session's line is written when it ends, or is refused. It asks for no bytes, so that none are copied for it. */
@Extension
public final class AccessLogHook implements Hook {
    private static final long MAX_SIZE = 64 << 20;
    private static final long LEAST_SIZE = 64 << 10;
    private static final int KEEP = 5;
    private static final int MOST_KEPT = 1_000;
    private static final List<String> ATTRIBUTES = List.of("sni", "alpn", "host", "qname");

    private final @Nullable LogFile file;
    private final Set<String> attributes;

    /** Null where refused sessions are not logged. */
    private final @Nullable RefusalLimit refusals;

    /** For PF4J; what it makes is to be configured before it is used. */
    public AccessLogHook() {
        this(null, Set.of(), null);
    }

    private AccessLogHook(@Nullable LogFile file, Set<String> attributes, @Nullable RefusalLimit refusals) {
        this.file = file;
        this.attributes = attributes;
        this.refusals = refusals;
    }

    @Override
    public String name() {
        return "access-log";
    }

    @Override
    public Set<String> attributes() {
        return attributes;
    }

    /** The file, and the next one while it is opened. */
    @Override
    public int descriptors() {
        return file == null ? 0 : 2;
    }

    @Override
    public boolean refusals() {
        return refusals != null;
    }

    @Override
    public Hook configured(Settings settings) {
        Path path = settings.path("file").orElse(null);
        if (!settings.has("file")) {
            settings.problem("file", "is missing; name the file to write, such as /var/log/refractium/access.log");
        }
        long maxSize = settings.size("max_size", MAX_SIZE);
        if (maxSize < LEAST_SIZE) {
            settings.problem(
                    "max_size",
                    Units.formatSize(maxSize) + " is too small; use " + Units.formatSize(LEAST_SIZE) + " or more");
        }
        long keep = settings.integer("keep", KEEP);
        if (keep < 0 || keep > MOST_KEPT) {
            settings.problem("keep", keep + " is out of range; use 0 to " + MOST_KEPT);
        }
        Set<String> wanted = Set.copyOf(settings.strings("attributes", ATTRIBUTES));
        FileAccess access = FileAccess.of(settings);
        RefusalLimit refused = settings.bool("refused", false) ? new RefusalLimit(System::nanoTime) : null;
        if (path == null) {
            return this;
        }
        LogFile.reasonAgainst(path).ifPresent(reason -> settings.problem("file", reason));
        return new AccessLogHook(new LogFile(path, maxSize, (int) keep, access), wanted, refused);
    }

    @Override
    public @Nullable Tap open(Session session) {
        LogFile log = file;
        return log == null ? null : end -> log.add(Line.of(session, end));
    }

    @Override
    public void refused(Session session, String reason) {
        if (refusals != null) {
            write(refusals.add(session, reason));
        }
    }

    @Override
    public void flush() {
        if (refusals != null) {
            write(refusals.due());
        }
        if (file != null) {
            file.flush();
        }
    }

    @Override
    public void close() {
        if (refusals != null) {
            write(refusals.rest());
        }
        if (file != null) {
            file.close();
        }
    }

    private void write(List<RefusalLimit.Refusal> refused) {
        LogFile log = file;
        if (log != null) {
            refused.forEach(one -> log.add(Line.of(one.session(), one.reason(), one.count())));
        }
    }
}
