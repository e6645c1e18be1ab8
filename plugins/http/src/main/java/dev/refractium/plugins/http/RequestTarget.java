package dev.refractium.plugins.http;

import org.jspecify.annotations.Nullable;

/** The two forms of a request target that name a host (RFC 9112, sections 3.2.2 and 3.2.3). */
final class RequestTarget {
    private RequestTarget() {}

    /**
     * Returns the authority of a target in absolute form; null where the target has another form. It is followed by a
     * slash or nothing: behind {@code ?} and {@code #} some servers look for a further authority, so these stay in the
     * text, which thus is no host.
     */
    static @Nullable String authority(String target) {
        int scheme = target.indexOf("://");
        if (scheme < 0 || !isScheme(target, scheme)) {
            return null;
        }
        int from = scheme + "://".length();
        int slash = target.indexOf('/', from);
        return target.substring(from, slash < 0 ? target.length() : slash);
    }

    /** Returns the target of CONNECT, which is a host and its port; null where the port is not there. */
    static @Nullable String hostAndPort(String target) {
        int colon = target.lastIndexOf(':');
        boolean port = colon > target.lastIndexOf(']') && colon < target.length() - 1;
        return port ? target : null;
    }

    private static boolean isScheme(String target, int end) {
        for (int i = 0; i < end; i++) {
            char c = target.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            boolean later = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
            if (!letter && (i == 0 || !later)) {
                return false;
            }
        }
        return end > 0;
    }
}
