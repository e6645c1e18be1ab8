/**
 * Sends a copy of what clients send to another backend and forgets its answers. It knows the API and the JDK's channels,
 * and nothing of what the bytes mean.
 */
@NullMarked
package dev.refractium.plugins.mirror;

import org.jspecify.annotations.NullMarked;
