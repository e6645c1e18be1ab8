package dev.refractium.server;

import dev.refractium.server.engine.EnvironmentException;
import org.jspecify.annotations.Nullable;

/** The server could not start although its configuration is valid: its port is taken, for example. */
public final class StartException extends Exception {
    private static final long serialVersionUID = 1L;

    public StartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    static StartException of(EnvironmentException e) {
        return new StartException(String.valueOf(e.getMessage()), e.getCause());
    }
}
