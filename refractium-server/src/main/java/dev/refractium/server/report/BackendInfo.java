package dev.refractium.server.report;

import dev.refractium.api.Transport;

/**
 * One backend.
 *
 * @param address host and port as configured
 * @param health "up", "down", "silent" (UDP only), "unknown" or "unresolved"; of several addresses the best
 * @param failures connects, probes and flows that failed so far
 * @param addresses how many addresses its host has
 * @param usable how many of them are neither down nor silent
 */
public record BackendInfo(
        String address, Transport transport, String health, long failures, int addresses, int usable) {}
