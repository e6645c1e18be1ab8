/** A server as a whole: what it starts with, what strangers can hold of it, how it ends. */
@NullMarked
package dev.refractium.server.it.server;

import org.jspecify.annotations.NullMarked;
