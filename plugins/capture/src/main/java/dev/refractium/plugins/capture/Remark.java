package dev.refractium.plugins.capture;

import dev.refractium.api.Session;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What is written beside a session's first packet. */
final class Remark {
    private static final int LONGEST = 1_024;
    private static final Pattern NOT_PLAIN = Pattern.compile("[^ !#-~]");

    private Remark() {}

    static String of(Session session) {
        return begin(session) + " route=" + session.route() + " why=\"" + session.why() + "\"";
    }

    /** Of a refused session, which stands for {@code count} of its client. */
    static String of(Session session, String reason, long count) {
        StringBuilder out = new StringBuilder(begin(session));
        out.append(" refused=").append(reason).append(" count=").append(count);
        out.append(" why=\"").append(session.why()).append('"');
        new TreeMap<>(session.attributes())
                .forEach((name, values) -> out.append(' ')
                        .append(plain(name))
                        .append("=\"")
                        .append(plain(String.join(",", values)))
                        .append('"'));
        return out.length() > LONGEST ? out.substring(0, LONGEST) + "..." : out.toString();
    }

    private static String begin(Session session) {
        String protocol = session.protocol().isEmpty() ? "none" : session.protocol();
        return "session=" + session.id() + " protocol=" + protocol;
    }

    /** The client's words: nothing but printable ASCII, and no quote. */
    private static String plain(String foreign) {
        return NOT_PLAIN.matcher(foreign).replaceAll("?");
    }
}
