package dev.refractium.server.config;

/** What becomes of a session whose first message is sound and names something that is no host name: {@code on_odd_name}. */
public enum OnOddName {
    CLOSE,
    FALLBACK,
    /** The protocol's route that asks for nothing takes it. */
    ANY
}
