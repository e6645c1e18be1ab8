/**
 * Prints what a server has counted in the formats of Prometheus. It knows the records of {@code report} and nothing of
 * the server that they are about.
 */
@NullMarked
package dev.refractium.server.metrics;

import org.jspecify.annotations.NullMarked;
