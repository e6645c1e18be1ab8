package dev.refractium.server.identify;

import dev.refractium.api.Protocol;

/**
 * A protocol that sessions are asked about.
 *
 * @param index its place in the order of the configuration, from 0
 * @param needsAttributes whether a route of it asks for attributes: then a session waits until they are final
 */
public record Candidate(Protocol protocol, int index, boolean needsAttributes) {}
