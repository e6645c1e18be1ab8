package dev.refractium.plugins.capture;

import dev.refractium.api.Direction;
import dev.refractium.api.Hook;
import dev.refractium.api.Session;
import dev.refractium.api.SessionEnd;
import dev.refractium.api.Settings;
import dev.refractium.api.Tap;
import dev.refractium.api.Units;
import dev.refractium.plugins.parts.hook.FileAccess;
import dev.refractium.plugins.parts.hook.MaxSize;
import dev.refractium.plugins.parts.hook.RefusalLimit;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pf4j.Extension;

/** A capture: the first bytes of each session, both ways, in one pcapng file. */
@Extension
public final class CaptureHook implements Hook {
    private static final long MAX_SIZE = 256 << 20;
    private static final long LEAST_SIZE = 4 << 10;
    private static final long FIRST_BYTES = 64 << 10;

    private final @Nullable CaptureFile file;
    private final long firstBytes;

    /** Null where refused sessions are not captured. */
    private final @Nullable RefusalLimit refusals;

    /** For PF4J; what it makes is to be configured before it is used. */
    public CaptureHook() {
        this(null, FIRST_BYTES, null);
    }

    private CaptureHook(@Nullable CaptureFile file, long firstBytes, @Nullable RefusalLimit refusals) {
        this.file = file;
        this.firstBytes = firstBytes;
        this.refusals = refusals;
    }

    @Override
    public String name() {
        return "capture";
    }

    @Override
    public Set<Direction> bytes() {
        return EnumSet.allOf(Direction.class);
    }

    @Override
    public long firstBytes() {
        return firstBytes;
    }

    /** The file, and once more while it is looked at before it is written. */
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
            settings.problem("file", "is missing; name the file to write, such as /var/tmp/refractium/web.pcapng");
        }
        long maxSize = MaxSize.of(settings, MAX_SIZE, LEAST_SIZE);
        long first = settings.size("first_bytes", FIRST_BYTES);
        if (first < 1) {
            settings.problem("first_bytes", Units.formatSize(first) + " is too few; use 1B or more");
            first = FIRST_BYTES;
        }
        FileAccess access = FileAccess.of(settings);
        RefusalLimit refused = settings.bool("refused", false) ? new RefusalLimit(System::nanoTime) : null;
        if (path == null) {
            return this;
        }
        CaptureFile.reasonAgainst(path).ifPresent(reason -> settings.problem("file", reason));
        return new CaptureHook(new CaptureFile(path, maxSize, access), first, refused);
    }

    /** Once the file has its size there is nothing to open, so that nothing is copied either. */
    @Override
    public @Nullable Tap open(Session session) {
        CaptureFile to = file;
        if (to == null || to.isFull()) {
            return null;
        }
        return switch (session.transport()) {
            case TCP -> new Stream(to, session, firstBytes);
            case UDP -> new Datagrams(to, session);
        };
    }

    @Override
    public void refused(Session session, SessionEnd end) {
        if (refusals != null) {
            write(refusals.add(session, end));
        }
    }

    @Override
    public void flush() {
        if (refusals != null) {
            write(refusals.due());
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
        CaptureFile to = file;
        if (to != null) {
            refused.forEach(one -> Refused.write(to, one));
        }
    }
}
