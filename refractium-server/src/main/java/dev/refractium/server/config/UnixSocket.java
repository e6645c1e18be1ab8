package dev.refractium.server.config;

import dev.refractium.server.text.Escape;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The Unix socket of a listener, if it is one.
 *
 * @param path absolute, or an abstract name; empty: the listener has addresses and ports instead
 * @param isAbstract whether {@code path} is an abstract name of Linux, without its leading zero: then there is no file
 * @param mode in octal digits; empty: {@link #PRIVATE}
 * @param owner the name or number of a user; empty: the server's
 * @param group the name or number of a group; empty: the server's, or as the directory says
 */
public record UnixSocket(
        @Key("path") Optional<String> path,
        @Key(value = "abstract", initial = "false") boolean isAbstract,
        @Key("mode") Optional<String> mode,
        @Key("owner") Optional<String> owner,
        @Key("group") Optional<String> group) {
    /** No Unix socket. */
    public static final UnixSocket NONE =
            new UnixSocket(Optional.empty(), false, Optional.empty(), Optional.empty(), Optional.empty());

    /** The mode that lets the server's own user connect, and root. */
    public static final String PRIVATE = "0600";

    private static final Pattern MODE = Pattern.compile("0?[0-7]{3}");
    private static final Pattern PRINCIPAL = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,30}\\$?|[0-9]{1,10}");

    private static final String FOR_UNIX = "is for Unix sockets only; write path, or remove this";
    private static final String FOR_FILES =
            "is for sockets with a file, and an abstract name has none; remove this, or write abstract = false";

    /** @throws InvalidValueException naming the key whose value is refused */
    public UnixSocket {
        path.ifPresent(text -> checkPath(text, isAbstract));
        mode.filter(text -> !MODE.matcher(text).matches()).ifPresent(text -> {
            throw refused("mode", Escape.quoted(text) + " is no mode; write three octal digits, as \"0660\"");
        });
        owner.ifPresent(text -> checkPrincipal("owner", "user", text));
        group.ifPresent(text -> checkPrincipal("group", "group", text));
        if (path.isEmpty() && isAbstract) {
            throw refused("abstract", FOR_UNIX);
        }
        if (path.isEmpty() || isAbstract) {
            String why = isAbstract ? FOR_FILES : FOR_UNIX;
            refuse("mode", mode, why);
            refuse("owner", owner, why);
            refuse("group", group, why);
        }
    }

    /** Returns the path of its file; empty if it has none. */
    public Optional<String> file() {
        return isAbstract ? Optional.empty() : path;
    }

    /** Returns where it is, as a {@link java.net.UnixDomainSocketAddress} has it: the path, or {@code @} and the name. */
    public Optional<String> address() {
        return isAbstract ? path.map(name -> "@" + name) : path;
    }

    /** Returns the mode of its file: nine bits. */
    public int permissions() {
        return Integer.parseInt(mode.orElse(PRIVATE), 8);
    }

    private static void checkPath(String path, boolean isAbstract) {
        if (path.startsWith("@") && !isAbstract) {
            throw refused(
                    "path",
                    Escape.quoted(path) + " is an abstract name, which any local program may take; write a path, as"
                            + " /run/app.sock, or the name without @ beside abstract = true");
        }
        try {
            if (isAbstract) {
                SocketPath.checkName(path);
            } else {
                SocketPath.checked(path);
            }
        } catch (IllegalArgumentException e) {
            throw refused("path", String.valueOf(e.getMessage()));
        }
    }

    private static void checkPrincipal(String key, String kind, String text) {
        if (!PRINCIPAL.matcher(text).matches()) {
            throw refused(key, Escape.quoted(text) + " is no name of a " + kind + "; write its name or its number");
        }
    }

    private static void refuse(String key, Optional<String> value, String why) {
        if (value.isPresent()) {
            throw refused(key, why);
        }
    }

    private static InvalidValueException refused(String key, String detail) {
        return new InvalidValueException(key, detail);
    }
}
