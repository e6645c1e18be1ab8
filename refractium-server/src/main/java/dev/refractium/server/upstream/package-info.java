/**
 * Backends, the pools that balance over them, and their health. It knows addresses and connects, not what is relayed or
 * why.
 */
@NullMarked
package dev.refractium.server.upstream;

import org.jspecify.annotations.NullMarked;
