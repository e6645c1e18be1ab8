package dev.refractium.server.admin;

import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The hosts that requests may name: IP literals, "localhost", and the given names. A name of somebody else's that leads
 * here is refused, since a web page of that name could read the answers (DNS rebinding).
 */
final class KnownHosts {
    private static final Pattern PORT = Pattern.compile(":[0-9]{1,5}$");
    private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("\\[[0-9A-Fa-f:.]+\\]");

    private final Set<String> names;

    KnownHosts(Collection<String> names) {
        this.names = names.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    }

    /**
     * Returns whether a request may name this host.
     *
     * @param header the value of the header Host; null if there is none
     */
    boolean includes(@Nullable String header) {
        if (header == null) {
            return false;
        }
        String host = PORT.matcher(header).replaceFirst("").toLowerCase(Locale.ROOT);
        return host.equals("localhost")
                || IPV4.matcher(host).matches()
                || IPV6.matcher(host).matches()
                || names.contains(host);
    }
}
