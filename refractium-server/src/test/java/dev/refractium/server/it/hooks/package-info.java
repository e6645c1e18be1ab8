/** Hooks of real sessions: what they receive, and what they cost the sessions. */
@NullMarked
package dev.refractium.server.it.hooks;

import org.jspecify.annotations.NullMarked;
