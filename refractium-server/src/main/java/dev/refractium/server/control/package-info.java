/**
 * The socket by which an operator asks a running server how it is and tells it what to do: both its ends, and what is
 * said over it. It knows no engine: whoever starts it brings an {@link dev.refractium.server.control.Administration}.
 */
@NullMarked
package dev.refractium.server.control;

import org.jspecify.annotations.NullMarked;
