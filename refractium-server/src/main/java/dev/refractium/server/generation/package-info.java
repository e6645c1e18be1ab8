/**
 * One immutable configuration with its plugins, ready to serve: how it is built from what an operator asked for, and
 * everything that only then turns out to be wrong with it. It knows no listener and no session.
 */
@NullMarked
package dev.refractium.server.generation;

import org.jspecify.annotations.NullMarked;
