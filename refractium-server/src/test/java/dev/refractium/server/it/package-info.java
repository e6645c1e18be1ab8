/**
 * Whole servers in this process, with real clients and backends on loopback: a package for each theme. Nothing here
 * looks inside a server: what counts is what arrives, and what its status says.
 */
@NullMarked
package dev.refractium.server.it;

import org.jspecify.annotations.NullMarked;
