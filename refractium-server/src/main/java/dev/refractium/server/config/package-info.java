/**
 * What an operator asks for, as immutable values that are valid once they exist, and the reader that makes them from a
 * TOML file. It knows neither the engine nor the plugins: whether a protocol exists is not its question.
 */
@NullMarked
package dev.refractium.server.config;

import org.jspecify.annotations.NullMarked;
