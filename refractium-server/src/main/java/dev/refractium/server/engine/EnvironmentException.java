package dev.refractium.server.engine;

import org.jspecify.annotations.Nullable;

/** The machine refuses what a valid configuration asks for: a port is taken, a file cannot be read. */
public final class EnvironmentException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param message for an operator */
    public EnvironmentException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
