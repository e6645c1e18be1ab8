/** The relay of a TCP session's bytes once the session has a backend. */
@NullMarked
package dev.refractium.server.it.relay;

import org.jspecify.annotations.NullMarked;
