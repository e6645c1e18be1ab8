/** What hooks are shown of real sessions, and what that costs the sessions. */
@NullMarked
package dev.refractium.server.it.hooks;

import org.jspecify.annotations.NullMarked;
