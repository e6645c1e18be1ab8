/**
 * Notices when the files that a server reads have changed and come to rest. It must not know what is in them, nor what
 * becomes of it.
 */
@NullMarked
package dev.refractium.server.watch;

import org.jspecify.annotations.NullMarked;
