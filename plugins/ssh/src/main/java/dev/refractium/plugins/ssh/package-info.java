/**
 * Recognises SSH by the version string that a client opens with. It knows the API and the bytes, and nothing of routes
 * or backends.
 */
@NullMarked
package dev.refractium.plugins.ssh;

import org.jspecify.annotations.NullMarked;
