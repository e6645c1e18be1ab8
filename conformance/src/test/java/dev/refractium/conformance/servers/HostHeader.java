package dev.refractium.conformance.servers;

import dev.refractium.conformance.Server;
import dev.refractium.conformance.http.Replies;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How an application chooses by the Host field, where its server has no virtual hosts: as careless as many are. */
final class HostHeader {
    private HostHeader() {}

    /** Returns the name without port and trailing dot, if it is one that has a virtual host. */
    static String virtualHost(@Nullable String field) {
        String name = field == null ? "" : field.strip().toLowerCase(Locale.ROOT);
        int colon = name.indexOf(':');
        name = colon < 0 ? name : name.substring(0, colon);
        name = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        return Server.NAMES.contains(name) ? name : Replies.DEFAULT;
    }
}
