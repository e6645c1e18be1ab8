package dev.refractium.plugins.accesslog;

import dev.refractium.api.Direction;
import dev.refractium.api.Session;
import dev.refractium.api.SessionEnd;
import dev.refractium.api.SessionStage;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** The fields of a line, in the order of JSON. Those that metrics have as labels have the labels' names. */
enum Field {
    START((entry, to) -> to.text(entry.session().began().toString())),
    ID((entry, to) -> to.text(entry.session().id())),
    TRANSPORT((entry, to) -> to.text(word(entry.session().transport()))),
    CLIENT((entry, to) -> to.text(address(entry.session().client()))),
    PEER((entry, to) -> peer(entry.session(), to)),
    LOCAL((entry, to) -> to.text(address(entry.session().listener()))),
    LISTENER((entry, to) -> to.text(entry.session().listenerName())),
    PROTOCOL((entry, to) -> to.text(entry.session().protocol())),
    ATTRIBUTES((entry, to) -> to.attributes(entry.session().attributes())),
    ROUTE((entry, to) -> ofRouted(entry, entry.session().route(), to)),
    WHY((entry, to) -> to.text(entry.session().why())),
    MAP_LINE((entry, to) -> entry.session().mapLine().ifPresent(to::text)),
    POOL((entry, to) -> ofRouted(entry, entry.session().pool(), to)),
    BACKEND((entry, to) -> ifAny(entry.session().backend().map(Field::address), to)),
    ATTEMPTS((entry, to) -> ofEnded(entry, to, end -> to.number(end.attempts()))),
    REASON((entry, to) -> to.text(entry.reason())),
    ENDED_BY((entry, to) -> ofEnded(entry, to, end -> to.text(word(end.endedBy())))),
    STAGE((entry, to) -> ifAny(entry.ended().flatMap(SessionEnd::stage).map(Field::word), to)),
    MS_HEADER((entry, to) -> time(entry.in(SessionStage.PROXY_HEADER), to)),
    MS_PEEK((entry, to) -> time(entry.in(SessionStage.PEEK), to)),
    MS_QUEUE((entry, to) -> time(entry.in(SessionStage.QUEUE), to)),
    MS_DIAL((entry, to) -> time(entry.in(SessionStage.DIAL), to)),
    MS_FIRST_BYTE((entry, to) -> time(entry.firstByte(), to)),
    MS_TOTAL((entry, to) -> time(Optional.of(entry.total()), to)),
    BYTES_FROM_CLIENT((entry, to) -> to.number(entry.bytes(Direction.FROM_CLIENT))),
    BYTES_FROM_BACKEND((entry, to) -> to.number(entry.bytes(Direction.FROM_BACKEND))),
    GENERATION((entry, to) -> to.number(entry.session().generation())),
    REFUSED(Field::refused);

    private final String key = name().toLowerCase(Locale.ROOT);

    @SuppressWarnings("ImmutableEnumChecker") // a lambda without a state
    private final BiConsumer<Entry, Value> writing;

    Field(BiConsumer<Entry, Value> writing) {
        this.writing = writing;
    }

    /** Returns its name in JSON and in patterns. */
    String key() {
        return key;
    }

    void write(Entry entry, Value to) {
        writing.accept(entry, to);
    }

    private static void peer(Session session, Value to) {
        if (!session.peer().equals(session.client())) {
            to.text(address(session.peer()));
        }
    }

    private static void refused(Entry entry, Value to) {
        if (entry.isRefused()) {
            to.number(entry.refused());
        }
    }

    private static void ofRouted(Entry entry, String name, Value to) {
        ifAny(entry.isRefused() ? Optional.empty() : Optional.of(name), to);
    }

    private static void ofEnded(Entry entry, Value to, Consumer<SessionEnd> value) {
        entry.ended().ifPresentOrElse(value, to::none);
    }

    private static void ifAny(Optional<String> text, Value to) {
        text.ifPresentOrElse(to::text, to::none);
    }

    private static void time(Optional<Duration> time, Value to) {
        time.ifPresentOrElse(some -> to.thousandths(some.toNanos() / 1_000), to::none);
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** An address without a look-up, IPv6 in brackets; {@code unix:/path}; another kind as it calls itself. */
    private static String address(SocketAddress given) {
        if (given instanceof UnixDomainSocketAddress unix) {
            return "unix:" + unix.getPath();
        }
        if (!(given instanceof InetSocketAddress address)) {
            return given.toString();
        }
        if (address.isUnresolved()) {
            return address.getHostString() + ":" + address.getPort();
        }
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }
}
