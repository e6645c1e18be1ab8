/**
 * Proves the installed tree and its launcher, from the outside: as files, and as a program that is started. Knows no
 * class of the product.
 */
@NullMarked
package dev.refractium.dist;

import org.jspecify.annotations.NullMarked;
