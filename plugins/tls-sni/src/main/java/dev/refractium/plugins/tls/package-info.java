/**
 * Recognises TLS by its ClientHello and reads the names that the client asks for. It knows the API and the bytes, and
 * nothing of routes, keys or what a server would answer.
 */
@NullMarked
package dev.refractium.plugins.tls;

import org.jspecify.annotations.NullMarked;
