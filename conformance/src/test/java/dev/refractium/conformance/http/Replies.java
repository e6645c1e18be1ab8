package dev.refractium.conformance.http;

import dev.refractium.conformance.Served;
import dev.refractium.conformance.Server;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the first final response, in which each virtual host writes its name in the field {@link #FIELD}. A status that
 * says that the request is malformed or unsupported is a refusal, whichever part of the server sends it.
 */
public final class Replies {
    /** The name of the response field. */
    public static final String FIELD = "Vhost";

    /** What the virtual host for all other names writes. */
    public static final String DEFAULT = "default";

    /** Answers of a virtual host to a request that it understands and has nothing for. */
    private static final Set<Integer> UNDERSTOOD = Set.of(403, 404, 405);

    private Replies() {}

    /** As {@link dev.refractium.conformance.Reading}. */
    public static Optional<Served> read(byte[] sent, byte[] reply, boolean ended) {
        String text = new String(reply, StandardCharsets.ISO_8859_1);
        int from = 0;
        while (true) {
            int end = text.indexOf("\r\n\r\n", from);
            if (end < 0) {
                return ended ? Optional.of(new Served.Refused("closed")) : Optional.empty();
            }
            String head = text.substring(from, end);
            int status = status(head);
            if (status < 100 || status == 101 || status >= 200) {
                return Optional.of(served(head, status));
            }
            from = end + 4;
        }
    }

    private static Served served(String head, int status) {
        if (status < 0) {
            return new Served.Refused("no HTTP/1");
        }
        if (status >= 400 && !UNDERSTOOD.contains(status)) {
            return new Served.Refused("status " + status);
        }
        for (String line : head.split("\r\n", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).equalsIgnoreCase(FIELD)) {
                String name = line.substring(colon + 1).strip().toLowerCase(Locale.ROOT);
                return Server.NAMES.contains(name) ? new Served.Host(name) : new Served.Default();
            }
        }
        return new Served.Refused("status " + status + " of no virtual host");
    }

    private static int status(String head) {
        boolean isResponse = head.startsWith("HTTP/1.") && head.length() >= 12;
        String digits = isResponse ? head.substring(9, 12) : "";
        return digits.chars().allMatch(Character::isDigit) && isResponse ? Integer.parseInt(digits) : -1;
    }
}
