package dev.refractium.server.socket;

import java.io.IOException;
import java.net.ConnectException;

/** A connect to a Unix socket that failed for a reason that lies with the backend: nothing listens there for this user. */
final class UnixRefusal {
    private UnixRefusal() {}

    /** Returns the exception to throw, of the class that stands for a refusal on either kind of socket. */
    static ConnectException of(String text, IOException cause) {
        ConnectException refusal = new ConnectException(text);
        refusal.initCause(cause);
        return refusal;
    }
}
