/**
 * Refractium for other programs: build a configuration, start it, read its status, close it. The command line is a
 * client of this package and of nothing else.
 */
@NullMarked
package dev.refractium.server;

import org.jspecify.annotations.NullMarked;
