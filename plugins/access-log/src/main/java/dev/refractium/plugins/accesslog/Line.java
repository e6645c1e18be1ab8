package dev.refractium.plugins.accesslog;

import dev.refractium.api.Direction;
import dev.refractium.api.Session;
import dev.refractium.api.SessionEnd;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A session as one line of JSON. */
final class Line {
    private Line() {}

    /** The line with its end, in ASCII. */
    static byte[] of(Session session, SessionEnd end) {
        JsonObject json = new JsonObject()
                .text("time", session.began().toString())
                .text("id", session.id())
                .text("transport", session.transport().name().toLowerCase(Locale.ROOT))
                .text("client", address(session.client()))
                .text("listener", address(session.listener()))
                .text("protocol", session.protocol())
                .raw("attributes", attributes(session.attributes()))
                .text("route", session.route())
                .text("why", session.why())
                .raw(
                        "backend",
                        session.backend()
                                .map(Line::address)
                                .map(JsonObject::quoted)
                                .orElse("null"))
                .raw("bytes_from_client", String.valueOf(end.bytes(Direction.FROM_CLIENT)))
                .raw("bytes_from_backend", String.valueOf(end.bytes(Direction.FROM_BACKEND)))
                .raw("ms_to_route", ms(end.toRoute()))
                .raw("ms_to_connect", ms(end.toConnect()))
                .raw("ms_to_first_byte", ms(end.toFirstByte()))
                .raw("ms_to_end", ms(end.toEnd()))
                .text("cause", end.cause());
        return (json + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static String attributes(Map<String, List<String>> attributes) {
        JsonObject json = new JsonObject();
        new TreeMap<>(attributes).forEach((name, values) -> json.texts(name, values));
        return json.toString();
    }

    /** An address without a look-up, IPv6 in brackets. */
    private static String address(InetSocketAddress address) {
        if (address.isUnresolved()) {
            return address.getHostString() + ":" + address.getPort();
        }
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }

    private static String ms(Optional<Duration> duration) {
        return duration.map(Line::ms).orElse("null");
    }

    private static String ms(Duration duration) {
        return String.format(Locale.ROOT, "%d.%03d", duration.toMillis(), duration.toNanosPart() / 1_000 % 1_000);
    }
}
