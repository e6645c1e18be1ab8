/**
 * What plugins compile against: how a protocol looks at the first bytes of a session and what it answers, and how a hook
 * watches sessions. It knows the JDK, PF4J's marker for extension points and nothing else; no buffer, channel or
 * event-loop type of the host appears here. It is frozen: it may grow, and does not change.
 */
@NullMarked
package dev.refractium.api;

import org.jspecify.annotations.NullMarked;
