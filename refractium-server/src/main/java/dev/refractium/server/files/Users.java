package dev.refractium.server.files;

import java.io.IOException;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;

/** Who a user is, seen from this process. Any thread. */
public final class Users {
    /** A system without a list of users has only the number. */
    private static final Set<String> ROOT = Set.of("root", "0");

    private Users() {}

    /**
     * Returns whether this is the user that the process runs as, or root. Compares names: principals of a socket and of
     * a file are not equal as objects.
     */
    public static boolean isSelfOrRoot(UserPrincipal user) throws IOException {
        return user.getName().equals(Self.user().getName()) || isRoot(user.getName());
    }

    /**
     * Returns whether this process believes what a program of {@code user} answers. Root asks everybody's servers; another
     * user has only its own and root's to ask.
     */
    public static boolean isBelieved(UserPrincipal user) throws IOException {
        return isBelieved(user.getName(), Self.user().getName());
    }

    static boolean isBelieved(String user, String self) {
        return user.equals(self) || isRoot(user) || isRoot(self);
    }

    /** Returns whether this is what the system calls root. */
    static boolean isRoot(String name) {
        return ROOT.contains(name);
    }
}
