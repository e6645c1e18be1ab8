/**
 * Who may come in, and how many: guards, rates and places of listeners and routes, by the client's address. It does not
 * know what a session is, nor why one ends.
 */
@NullMarked
package dev.refractium.server.limit;

import org.jspecify.annotations.NullMarked;
