package dev.refractium.server.config;

/** A value that a configuration record does not take; the message names the key, the detail does not. */
public final class InvalidValueException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String key;
    private final String detail;

    InvalidValueException(String key, String detail) {
        super(key + ": " + detail);
        this.key = key;
        this.detail = detail;
    }

    /** The key in the file: {@code port}. */
    public String key() {
        return key;
    }

    /** What is wrong and what to do: {@code 70000 is out of range; use 0 to 65535}. */
    public String detail() {
        return detail;
    }
}
