package dev.refractium.server.plugin;

/**
 * A version that is not used although its JAR is there: its predecessor runs instead.
 *
 * @param sha256 of the JAR, in lower-case hex
 * @param predecessor open for as long as this is in force
 * @param reason why, for the report about the JAR
 */
public record RollbackEntry(String sha256, LoadedPlugin predecessor, String reason) {}
