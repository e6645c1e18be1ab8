/**
 * Servers of other projects, each with the same virtual hosts: those of Maven in this process, those of Debian in
 * processes of their own. All listen on the loopback address; it knows no probe and no proxy.
 */
@NullMarked
package dev.refractium.conformance.servers;

import org.jspecify.annotations.NullMarked;
