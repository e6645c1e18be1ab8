package dev.refractium.server.report;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The newest ends of sessions, and refusals of clients.
 *
 * @param ends a few of each reason, newest first: of those that came at the same time, one stands for all
 */
public record Recent(List<End> ends) {
    public Recent {
        ends = List.copyOf(ends);
    }

    /**
     * An end.
     *
     * @param reason as the log names it
     * @param limit the key that sets the limit, if the reason is one
     * @param refused whether strangers can cause it at will, as by a limit or by bytes that no route takes
     * @param client its address, without the port
     */
    public record End(Instant at, String reason, Optional<String> limit, boolean refused, String client, Known known) {}

    /**
     * What was known of the session.
     *
     * @param route empty if it had none
     * @param protocol empty if none has recognised it
     * @param attributes what the client claimed, such as {@code sni}
     * @param detail why its bytes could not be read, or empty
     */
    public record Known(Optional<String> route, String protocol, Map<String, String> attributes, String detail) {
        public Known {
            attributes = Collections.unmodifiableMap(new TreeMap<>(attributes));
        }
    }
}
