/**
 * TCP: the listener, and the session from its first byte to its end, a sequence of stages. It must not know the kind of its
 * sockets.
 */
@NullMarked
package dev.refractium.server.tcp;

import org.jspecify.annotations.NullMarked;
