/**
 * Writes what sessions carried to a pcapng file, in packets made up for the purpose, since a proxy has none of its own. It
 * knows the API and the file format.
 */
@NullMarked
package dev.refractium.plugins.capture;

import org.jspecify.annotations.NullMarked;
