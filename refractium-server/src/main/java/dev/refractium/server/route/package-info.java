/**
 * Where a recognised session goes: routes, the attributes they ask for, and which of several is the more specific. It
 * knows nothing of how sessions arrive or are relayed.
 */
@NullMarked
package dev.refractium.server.route;

import org.jspecify.annotations.NullMarked;
