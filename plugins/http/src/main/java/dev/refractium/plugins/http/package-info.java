/**
 * Recognises HTTP by its request line and reads the host that a request names. It knows the API and the bytes, and
 * nothing of routes, backends or what a session does next.
 */
@NullMarked
package dev.refractium.plugins.http;

import org.jspecify.annotations.NullMarked;
