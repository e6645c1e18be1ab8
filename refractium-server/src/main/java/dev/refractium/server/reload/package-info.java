/**
 * Makes a generation of what is on disk and has the engine serve it: at the start, when an operator asks, and when files
 * change. It moves no bytes.
 */
@NullMarked
package dev.refractium.server.reload;

import org.jspecify.annotations.NullMarked;
