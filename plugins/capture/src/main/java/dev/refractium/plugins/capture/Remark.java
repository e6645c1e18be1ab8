package dev.refractium.plugins.capture;

import dev.refractium.api.Session;

/** What is written beside a session's first packet. */
final class Remark {
    private Remark() {}

    static String of(Session session) {
        String protocol = session.protocol().isEmpty() ? "none" : session.protocol();
        return "session=" + session.id() + " protocol=" + protocol + " route=" + session.route() + " why=\""
                + session.why() + "\"";
    }
}
