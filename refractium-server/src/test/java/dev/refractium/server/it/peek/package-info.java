/** How sessions are recognised by their first bytes, and what clients cost that keep the server waiting for them. */
@NullMarked
package dev.refractium.server.it.peek;

import org.jspecify.annotations.NullMarked;
