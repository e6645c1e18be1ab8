package dev.refractium.server.net;

import java.net.UnixDomainSocketAddress;

/**
 * The name of a client of a Unix socket. Such a client has no address; where the system tells its user, that user's number
 * stands for one, as {@code uid=1000}, which no file is named by. Any thread.
 */
public final class UnixClient {
    /** A client whose user is not known. */
    public static final UnixDomainSocketAddress UNKNOWN = UnixDomainSocketAddress.of("");

    private static final String USER = "uid=";

    private UnixClient() {}

    /** Returns the name of a client of this user. */
    public static UnixDomainSocketAddress of(int uid) {
        return UnixDomainSocketAddress.of(USER + Integer.toUnsignedString(uid));
    }

    /** Returns the user's number, as {@link #of} has it; -1 if it is not known, which is the number of no user. */
    public static int uid(UnixDomainSocketAddress name) {
        String text = name.toString();
        return text.startsWith(USER) ? Integer.parseUnsignedInt(text.substring(USER.length())) : -1;
    }
}
