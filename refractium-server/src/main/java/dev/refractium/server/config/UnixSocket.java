package dev.refractium.server.config;

import dev.refractium.server.text.Escape;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The Unix socket of a listener, if it is one.
 *
 * @param path absolute; empty: the listener has addresses and ports instead
 * @param mode in octal digits; empty: {@link #PRIVATE}
 * @param owner the name or number of a user; empty: the server's
 * @param group the name or number of a group; empty: the server's, or as the directory says
 */
public record UnixSocket(
        @Key("path") Optional<String> path,
        @Key("mode") Optional<String> mode,
        @Key("owner") Optional<String> owner,
        @Key("group") Optional<String> group) {
    /** No Unix socket. */
    public static final UnixSocket NONE =
            new UnixSocket(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** The mode that lets the server's own user connect, and root. */
    public static final String PRIVATE = "0600";

    private static final Pattern MODE = Pattern.compile("0?[0-7]{3}");
    private static final Pattern PRINCIPAL = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,30}\\$?|[0-9]{1,10}");

    /** @throws InvalidValueException naming the key whose value is refused */
    public UnixSocket {
        path.ifPresent(UnixSocket::checkPath);
        mode.filter(text -> !MODE.matcher(text).matches()).ifPresent(text -> {
            throw refused("mode", Escape.quoted(text) + " is no mode; write three octal digits, as \"0660\"");
        });
        owner.ifPresent(text -> checkPrincipal("owner", "user", text));
        group.ifPresent(text -> checkPrincipal("group", "group", text));
        if (path.isEmpty()) {
            refuseWithoutPath("mode", mode);
            refuseWithoutPath("owner", owner);
            refuseWithoutPath("group", group);
        }
    }

    /** Returns the mode of its file: nine bits. */
    public int permissions() {
        return Integer.parseInt(mode.orElse(PRIVATE), 8);
    }

    private static void checkPath(String path) {
        try {
            SocketPath.checked(path);
        } catch (IllegalArgumentException e) {
            throw refused("path", String.valueOf(e.getMessage()));
        }
    }

    private static void checkPrincipal(String key, String kind, String text) {
        if (!PRINCIPAL.matcher(text).matches()) {
            throw refused(key, Escape.quoted(text) + " is no name of a " + kind + "; write its name or its number");
        }
    }

    private static void refuseWithoutPath(String key, Optional<String> value) {
        if (value.isPresent()) {
            throw refused(key, "is for Unix sockets only; write path, or remove this");
        }
    }

    private static InvalidValueException refused(String key, String detail) {
        return new InvalidValueException(key, detail);
    }
}
