/**
 * A configuration as immutable values that are valid once they exist, and the reader that makes them from a TOML file.
 * It knows neither the engine nor the plugins, so it cannot check whether a protocol exists.
 */
@NullMarked
package dev.refractium.server.config;

import org.jspecify.annotations.NullMarked;
