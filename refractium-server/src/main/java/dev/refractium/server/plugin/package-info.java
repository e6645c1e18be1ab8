/**
 * From a directory of JARs to protocols and hooks that can be asked: each JAR copied to a private place, checked there, loaded by a
 * sealed class loader of its own, and given up again as a whole. It knows PF4J, which nothing else does, and neither
 * routes, configuration nor sessions.
 */
@NullMarked
package dev.refractium.server.plugin;

import org.jspecify.annotations.NullMarked;
