package dev.refractium.plugins.accesslog;

import dev.refractium.api.Direction;
import dev.refractium.api.Session;
import dev.refractium.api.SessionEnd;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A session as one line of JSON. Written once for each session: nothing here goes by a format or a stream. */
final class Line {
    /** More than most lines have. */
    private static final int USUAL = 512;

    private Line() {}

    /** The line with its end, in ASCII. */
    static byte[] of(Session session, SessionEnd end) {
        StringBuilder out = new StringBuilder(USUAL);
        JsonObject json = begin(out, session);
        json.text("route", session.route()).text("why", session.why());
        session.mapLine().ifPresent(line -> json.text("map_line", line));
        backend(json, session.backend());
        json.number("bytes_from_client", end.bytes(Direction.FROM_CLIENT))
                .number("bytes_from_backend", end.bytes(Direction.FROM_BACKEND))
                .thousandths("ms_to_route", micros(end.toRoute()));
        ifAny(json, "ms_to_connect", end.toConnect());
        ifAny(json, "ms_to_first_byte", end.toFirstByte());
        json.thousandths("ms_to_end", micros(end.toEnd()))
                .text("cause", end.cause())
                .end();
        return out.append('\n').toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** The line of a refused session, which stands for {@code count} of its client. */
    static byte[] of(Session session, String reason, long count) {
        StringBuilder out = new StringBuilder(USUAL);
        begin(out, session)
                .none("route")
                .text("why", session.why())
                .text("cause", reason)
                .number("refused", count)
                .end();
        return out.append('\n').toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static JsonObject begin(StringBuilder out, Session session) {
        JsonObject json = new JsonObject(out)
                .text("time", session.began().toString())
                .text("id", session.id())
                .text("transport", session.transport().name().toLowerCase(Locale.ROOT))
                .text("client", address(session.client()));
        if (!session.peer().equals(session.client())) {
            json.text("peer", address(session.peer()));
        }
        json.text("listener", address(session.listener())).text("protocol", session.protocol());
        attributes(json.object("attributes"), session.attributes());
        return json;
    }

    private static void attributes(JsonObject json, Map<String, List<String>> attributes) {
        new TreeMap<>(attributes).forEach(json::texts);
        json.end();
    }

    private static void backend(JsonObject json, Optional<SocketAddress> backend) {
        if (backend.isPresent()) {
            json.text("backend", address(backend.get()));
        } else {
            json.none("backend");
        }
    }

    private static void ifAny(JsonObject json, String name, Optional<Duration> time) {
        if (time.isPresent()) {
            json.thousandths(name, micros(time.get()));
        } else {
            json.none(name);
        }
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

    private static long micros(Duration duration) {
        return duration.toNanos() / 1_000;
    }
}
