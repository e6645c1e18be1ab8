/**
 * Real clients and real servers, as they are installed on this machine, through one port. It may not know anything of
 * the server but its builder and its status: what is shown here is what a user gets.
 */
@NullMarked
package dev.refractium.server.it.clients;

import org.jspecify.annotations.NullMarked;
