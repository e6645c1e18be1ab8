/**
 * Where a recognised session goes: routes, their conditions on attributes, and which of several routes is the most
 * specific. It does not know how sessions arrive or are relayed.
 */
@NullMarked
package dev.refractium.server.route;

import org.jspecify.annotations.NullMarked;
