package dev.refractium.server.explain;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Notices a request of HTTP/1.x whose method the distribution's plugin would know if an operator named it. */
final class MethodHint {
    /** The protocol of that plugin. */
    static final String PROTOCOL = "http";

    /** Up to eight empty lines and a request line, of which all but the method is as the plugin wants it. */
    private static final Pattern REQUEST =
            Pattern.compile("(?:\\r?\\n){0,8}([A-Z][A-Z0-9_-]{0,63}) [\\x21-\\x7e\\x80-\\xff]+ HTTP/1\\.[0-9]");

    private MethodHint() {}

    /** Returns what to set so that {@code http} takes bytes that it refuses; empty if they are no such request. */
    static Optional<String> of(byte[] refused) {
        Matcher request = REQUEST.matcher(new String(refused, ISO_8859_1));
        return request.lookingAt()
                ? Optional.of(request.group(1) + " is no method that http knows; if it is one, add it to methods of"
                        + " [settings.refractium-http]")
                : Optional.empty();
    }
}
