package dev.refractium.server.config;

/** A value that a configuration record refuses; the message names the key, the detail does not. */
public final class InvalidValueException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String key;
    private final String detail;

    InvalidValueException(String key, String detail) {
        super(key + ": " + detail);
        this.key = key;
        this.detail = detail;
    }

    /** Returns the key in the file: {@code port}. */
    public String key() {
        return key;
    }

    /** Returns what is wrong and what to do: {@code 70000 is out of range; use 0 to 65535}. */
    public String detail() {
        return detail;
    }
}
