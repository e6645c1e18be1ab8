package dev.refractium.server.udp;

import java.io.IOException;

/** No socket could be opened, for want of a descriptor: what the JDK throws does not show that by its class. */
final class NoSocketException extends IOException {
    private static final long serialVersionUID = 1;

    NoSocketException(IOException cause) {
        super(cause.getMessage(), cause);
    }
}
