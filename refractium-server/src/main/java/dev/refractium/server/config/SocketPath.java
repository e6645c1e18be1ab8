package dev.refractium.server.config;

import dev.refractium.server.text.Addresses;
import dev.refractium.server.text.Escape;
import java.util.regex.Pattern;

/**
 * The form of a Unix socket's path: absolute, and written in one way only, since paths are compared. Of characters that
 * logs show as they are, and whose number of bytes is the same in every locale. No file is looked at. An abstract name
 * has the same form, but need not be absolute.
 */
final class SocketPath {
    private static final Pattern PLAIN = Pattern.compile("[!-~&&[^\"\\\\]]+");
    private static final Pattern UNTIDY = Pattern.compile("//|/$|/\\.{1,2}(/|$)");

    private SocketPath() {}

    /**
     * Returns the path.
     *
     * @throws IllegalArgumentException saying what is wrong
     */
    static String checked(String path) {
        if (path.startsWith("@")) {
            throw refused(
                    path, "is an abstract name, which any local program may take; write a path, as /run/app.sock");
        }
        if (!path.startsWith("/")) {
            throw refused(path, "is not an absolute path; begin it with a slash, as /run/app.sock");
        }
        checkForm(path);
        return path;
    }

    /**
     * Checks an abstract name, without its leading zero.
     *
     * @throws IllegalArgumentException saying what is wrong
     */
    static void checkName(String name) {
        if (name.startsWith("@")) {
            throw refused(name, "begins with @, which stands for the zero before an abstract name; leave it out");
        }
        checkForm(name);
    }

    private static void checkForm(String path) {
        if (!PLAIN.matcher(path).matches()) {
            throw refused(path, "has a character other than ASCII letters, digits and signs without quotes; rename it");
        }
        if (UNTIDY.matcher(path).find()) {
            throw refused(path, "is not in its plain form; write it without //, /./, /../ and a final slash");
        }
        if (path.length() > Addresses.LONGEST_UNIX_PATH) {
            throw refused(
                    path,
                    "is " + path.length() + " bytes long; a socket's path has " + Addresses.LONGEST_UNIX_PATH
                            + " at most");
        }
    }

    private static IllegalArgumentException refused(String path, String why) {
        return new IllegalArgumentException(Escape.quoted(path) + " " + why);
    }
}
