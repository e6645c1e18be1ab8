/**
 * Proves plugins, protocols and hooks, for this project and for authors of others. It knows the API and nothing of the
 * server.
 */
@NullMarked
package dev.refractium.testkit;

import org.jspecify.annotations.NullMarked;
