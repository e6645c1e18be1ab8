/**
 * The socket by which an operator controls a running server: both its ends, and the protocol. It knows no engine: its
 * caller provides an {@link dev.refractium.server.control.Administration}.
 */
@NullMarked
package dev.refractium.server.control;

import org.jspecify.annotations.NullMarked;
