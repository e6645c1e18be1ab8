/**
 * Pools and their balancing, for one generation each; sources and targets with their health, which outlive generations.
 * It knows addresses and connects, not what is relayed or why.
 */
@NullMarked
package dev.refractium.server.upstream;

import org.jspecify.annotations.NullMarked;
