/**
 * From a directory of JARs to protocols and hooks that can be used: each JAR is copied to a private place, checked
 * there, loaded by a sealed class loader of its own, and released as a whole. It alone knows PF4J, and it knows neither
 * routes, configuration nor sessions.
 */
@NullMarked
package dev.refractium.server.plugin;

import org.jspecify.annotations.NullMarked;
