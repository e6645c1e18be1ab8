package dev.refractium.server.session;

import dev.refractium.server.identify.Inquiry;
import dev.refractium.server.text.Escape;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The facts about a session that ended, as the log writes them. The client's claims are escaped. Immutable; holds only
 * strings of a plugin, so that it may be kept.
 *
 * @param protocol empty if none was recognised
 * @param detail what the protocol reported about bytes that it could not read, or empty
 */
public record Facts(SocketAddress client, String protocol, Map<String, List<String>> attributes, String detail) {
    private static final int MOST_ATTRIBUTES = 8;
    private static final int MOST_VALUES = 3;
    private static final int LONGEST_VALUE = 255;

    static Facts of(EndReason end, SocketAddress client, @Nullable Inquiry known) {
        if (known == null) {
            return new Facts(client, "", Map.of(), "");
        }
        boolean incomplete = end == EndReason.INCOMPLETE;
        return new Facts(
                client,
                incomplete ? known.candidateName() : known.protocol(),
                known.answer().attributes(),
                incomplete ? known.whyIncomplete() : known.answer().reason());
    }

    /**
     * Returns each known fact as a key and a value with a leading space, such as {@code " protocol=https sni=a.test"}.
     */
    String text() {
        StringBuilder out = new StringBuilder();
        if (!protocol.isEmpty()) {
            put(out, "protocol", protocol);
        }
        new TreeMap<>(attributes)
                .entrySet().stream()
                        .limit(MOST_ATTRIBUTES)
                        .forEach(attribute -> put(out, attribute.getKey(), joined(attribute.getValue())));
        if (!detail.isEmpty()) {
            put(out, "detail", detail);
        }
        return out.toString();
    }

    /** Returns the attributes as they may be shown: some of them, each cut. */
    public Map<String, String> shown() {
        Map<String, String> shown = new TreeMap<>();
        new TreeMap<>(attributes)
                .entrySet().stream()
                        .limit(MOST_ATTRIBUTES)
                        .forEach(attribute -> shown.put(
                                Escape.text(attribute.getKey()),
                                Escape.text(joined(attribute.getValue()), LONGEST_VALUE)));
        return shown;
    }

    private static String joined(List<String> values) {
        String first = String.join(",", values.subList(0, Math.min(MOST_VALUES, values.size())));
        return values.size() > MOST_VALUES ? first + ",..." : first;
    }

    private static void put(StringBuilder out, String key, String value) {
        out.append(' ').append(shown(key)).append('=').append(shown(value));
    }

    /** Returns a value of plain characters as it is, and any other in quotes, so that it cannot look like a key. */
    private static String shown(String value) {
        boolean plain = !value.isEmpty()
                && value.length() <= LONGEST_VALUE
                && value.chars().allMatch(Facts::isPlain);
        return plain ? value : Escape.quoted(value);
    }

    private static boolean isPlain(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || ".,:/_*-".indexOf(c) >= 0;
    }
}
