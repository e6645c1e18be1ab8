package dev.refractium.server.config;

/** Key {@code on_odd_name}: where a session goes whose first message is sound but whose name is no host name. */
public enum OnOddName {
    CLOSE,
    FALLBACK,
    /** The protocol's route without conditions takes it. */
    ANY
}
