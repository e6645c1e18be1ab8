/**
 * One immutable configuration with its plugins, ready to serve: how it is built, and the problems that appear only
 * then. It knows no listener and no session.
 */
@NullMarked
package dev.refractium.server.generation;

import org.jspecify.annotations.NullMarked;
