package dev.refractium.plugins.accesslog;

import dev.refractium.api.SessionStage;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Fields of patterns alone, as HAProxy's {@code option tcplog} has them (its configuration manual, 8.2.2 and 8.5). */
enum HaproxyField {
    START(entry -> Times.START.format(entry.session().began())),
    TW(entry ->
            entry.isRefused() ? Times.NONE : whole(entry.in(SessionStage.QUEUE).orElse(Duration.ZERO))),
    TC(entry -> entry.session()
            .backend()
            .flatMap(connected -> entry.in(SessionStage.DIAL))
            .map(HaproxyField::whole)
            .orElse(Times.NONE)),
    TT(entry -> whole(entry.total())),
    STATE(HaproxyField::state),
    RETRIES(entry -> String.valueOf(
            Math.max(0, entry.ended().map(end -> end.attempts() - 1).orElse(0))));

    private final String key = "haproxy_" + name().toLowerCase(Locale.ROOT);

    @SuppressWarnings("ImmutableEnumChecker") // a lambda without a state
    private final Function<Entry, String> text;

    HaproxyField(Function<Entry, String> text) {
        this.text = text;
    }

    String key() {
        return key;
    }

    String of(Entry entry) {
        return text.apply(entry);
    }

    private static final class Times {
        static final String NONE = "-1";
        static final DateTimeFormatter START = DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss.SSS", Locale.ENGLISH)
                .withZone(ZoneId.systemDefault());
    }

    private static String whole(Duration time) {
        return String.valueOf(time.toMillis());
    }

    /** The first two characters of a termination state: who ended it, and in which stage. */
    private static String state(Entry entry) {
        char cause = cause(entry);
        return cause == '-' ? "--" : "" + cause + stage(entry.ended().flatMap(end -> end.stage()));
    }

    private static char cause(Entry entry) {
        return switch (entry.reason()) {
            case "done", "interval" -> '-';
            case "client-reset", "left-early", "left-queue" -> 'C';
            case "backend-reset", "no-backend" -> 'S';
            case "silent", "incomplete", "idle", "half-close-timeout" -> 'c';
            case "stalled", "queue-timeout" -> 's';
            case "backend-down" -> 'D';
            case "no-descriptor", "no-local-port", "local-error" -> 'R';
            case "closed-by-operator", "cut" -> 'K';
            default -> 'P';
        };
    }

    private static char stage(Optional<SessionStage> stage) {
        return stage.map(known -> switch (known) {
                    case PROXY_HEADER, PEEK -> 'R';
                    case QUEUE -> 'Q';
                    case DIAL -> 'C';
                    case RELAY -> 'D';
                })
                .orElse('R');
    }
}
