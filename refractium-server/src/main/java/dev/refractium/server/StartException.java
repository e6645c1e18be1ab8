package dev.refractium.server;

import org.jspecify.annotations.Nullable;

/** The server could not start although its configuration is right: a port that is taken, say. */
public final class StartException extends Exception {
    private static final long serialVersionUID = 1L;

    public StartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
