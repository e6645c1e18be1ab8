package dev.refractium.server;

import dev.refractium.api.Transport;

/**
 * One backend.
 *
 * @param address host and port as configured
 * @param health "up", "down", "unknown" or "unresolved"
 * @param failures connects and probes that failed so far
 */
public record BackendInfo(String address, Transport transport, String health, long failures) {}
