/**
 * Notices when the files that a server reads have changed and come to rest. It knows neither their meaning nor what is
 * done with them.
 */
@NullMarked
package dev.refractium.server.watch;

import org.jspecify.annotations.NullMarked;
