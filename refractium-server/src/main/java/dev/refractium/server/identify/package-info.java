/**
 * Decides by the first bytes which protocol a session speaks. The answer depends on the bytes and on the order of the
 * protocols, never on how the bytes were cut. It does not know where the session then goes.
 */
@NullMarked
package dev.refractium.server.identify;

import org.jspecify.annotations.NullMarked;
