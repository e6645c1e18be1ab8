package dev.refractium.server.net;

import java.io.IOException;

/** No socket could be opened, for lack of a descriptor; the JDK's own exception does not show that by its class. */
public final class NoSocketException extends IOException {
    private static final long serialVersionUID = 1;

    public NoSocketException(Exception cause) {
        super(cause.getMessage(), cause);
    }
}
