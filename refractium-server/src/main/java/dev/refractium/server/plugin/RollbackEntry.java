package dev.refractium.server.plugin;

/**
 * A version that is not used although its JAR lies there: the one that it took the place of runs instead.
 *
 * @param sha256 of the JAR, in lower-case hex
 * @param predecessor open for as long as this is in force
 * @param reason what to say of the JAR
 */
public record RollbackEntry(String sha256, LoadedPlugin predecessor, String reason) {}
