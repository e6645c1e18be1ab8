package dev.refractium.plugins.accesslog;

import dev.refractium.api.Settings;
import dev.refractium.api.Units;
import dev.refractium.plugins.parts.hook.FileAccess;
import dev.refractium.plugins.parts.hook.MaxSize;
import dev.refractium.plugins.parts.hook.RefusalLimit;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes a log of what an operator wrote, and reports what is wrong with that. One thread. */
final class LogSettings {
    private static final long MAX_SIZE = 64 << 20;
    private static final long LEAST_SIZE = 64 << 10;
    private static final int KEEP = 5;
    private static final int MOST_KEPT = 1_000;
    private static final Duration LEAST_INTERVAL = Duration.ofSeconds(10);
    private static final String JSON = "json";
    private static final String TEXT = "text";

    private final Settings settings;

    LogSettings(Settings settings) {
        this.settings = settings;
    }

    /** Reads all keys of the log. Opens nothing. */
    SessionLog read() {
        Format format = format();
        List<Sink> sinks = new ArrayList<>();
        file().ifPresent(sinks::add);
        syslog().ifPresent(sinks::add);
        if (!settings.has("file") && !settings.has("syslog")) {
            settings.problem(
                    "file",
                    "is missing; name the file to write, such as /var/log/refractium/access.log, or set syslog");
        }
        RefusalLimit refusals = settings.bool("refused", false) ? new RefusalLimit(System::nanoTime) : null;
        return new SessionLog(format, sinks, refusals, intervals());
    }

    private Format format() {
        String format = settings.string("format", JSON);
        String pattern = settings.string("pattern", "");
        if (format.equals(JSON)) {
            if (settings.has("pattern")) {
                settings.problem("pattern", "is for text; set format = \"text\", or leave it out");
            }
            return JsonObject::write;
        }
        if (!format.equals(TEXT)) {
            settings.problem("format", "\"" + format + "\" is no format; use \"json\" or \"text\"");
            return JsonObject::write;
        }
        return TextPattern.of(pattern, problem -> settings.problem("pattern", problem))::write;
    }

    private Optional<Sink> file() {
        Path path = settings.path("file").orElse(null);
        long maxSize = MaxSize.of(settings, MAX_SIZE, LEAST_SIZE);
        long keep = settings.integer("keep", KEEP);
        if (keep < 0 || keep > MOST_KEPT) {
            settings.problem("keep", keep + " is out of range; use 0 to " + MOST_KEPT);
        }
        Rotation rotation = rotation();
        FileAccess access = FileAccess.of(settings);
        if (path == null) {
            return Optional.empty();
        }
        LogFile.reasonAgainst(path).ifPresent(reason -> settings.problem("file", reason));
        return Optional.of(new LogFile(path, maxSize, rotation, (int) keep, access));
    }

    private Rotation rotation() {
        Duration rotate = settings.duration("rotate", Duration.ZERO);
        if (rotate.equals(Duration.ofHours(1))) {
            return Rotation.each(ChronoUnit.HOURS);
        }
        if (rotate.equals(Duration.ofDays(1))) {
            return Rotation.each(ChronoUnit.DAYS);
        }
        if (settings.has("rotate")) {
            settings.problem("rotate", Units.format(rotate) + " is no period; use \"1h\" or \"1d\"");
        }
        return Rotation.NEVER;
    }

    private Optional<Sink> syslog() {
        String syslog = settings.string("syslog", "");
        return settings.has("syslog")
                ? Syslog.address(syslog, problem -> settings.problem("syslog", problem))
                        .map(to -> new Syslog(to, System::nanoTime, Rotation.SYSTEM))
                : Optional.empty();
    }

    private @Nullable Intervals intervals() {
        Duration interval = settings.duration("interval", Duration.ZERO);
        if (!settings.has("interval")) {
            return null;
        }
        if (interval.compareTo(LEAST_INTERVAL) < 0) {
            settings.problem(
                    "interval",
                    Units.format(interval) + " is too short; use " + Units.format(LEAST_INTERVAL) + " or more");
        }
        return new Intervals(interval, System::nanoTime);
    }
}
