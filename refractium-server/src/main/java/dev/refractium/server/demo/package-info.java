/**
 * The demonstration: small backends and clients of each protocol, in one process with a proxy between them. It uses the
 * server as any other program would, by its builder and its status.
 */
@NullMarked
package dev.refractium.server.demo;

import org.jspecify.annotations.NullMarked;
