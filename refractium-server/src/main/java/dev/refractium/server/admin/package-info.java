/**
 * Serves metrics and probes by HTTP, on threads of its own. It knows what an operator may ask of a server, and nothing of
 * how the server does it.
 */
@NullMarked
package dev.refractium.server.admin;

import org.jspecify.annotations.NullMarked;
