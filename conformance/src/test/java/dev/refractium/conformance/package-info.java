/**
 * Compares what the proxy reads with what real servers read: the same bytes go to both. It knows the public
 * identification of the server and nothing of its inside; nothing here is shipped.
 */
@NullMarked
package dev.refractium.conformance;

import org.jspecify.annotations.NullMarked;
