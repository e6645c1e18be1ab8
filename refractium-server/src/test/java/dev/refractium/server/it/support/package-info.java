/**
 * Clients, backends and protocols that integration tests share. They use plain JDK sockets, so that they share no fault
 * with the server.
 */
@NullMarked
package dev.refractium.server.it.support;

import org.jspecify.annotations.NullMarked;
