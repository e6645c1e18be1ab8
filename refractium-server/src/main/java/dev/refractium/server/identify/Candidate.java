package dev.refractium.server.identify;

import dev.refractium.api.Protocol;

/**
 * A protocol that sessions are asked about.
 *
 * @param needsAttributes whether a route of it asks for attributes: then a session waits until they are final
 */
public record Candidate(Protocol protocol, boolean needsAttributes) {}
