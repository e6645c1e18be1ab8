/** Which backend a session reaches, and how the server finds out which of them are up. */
@NullMarked
package dev.refractium.server.it.backends;

import org.jspecify.annotations.NullMarked;
