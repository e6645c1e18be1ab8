/**
 * The seam to the kernel: TCP's listening and connected sockets and UDP's, on Linux's calls and on the JDK's channels. It
 * must not know sessions, routes or what the bytes mean.
 */
@NullMarked
package dev.refractium.server.socket;

import org.jspecify.annotations.NullMarked;
