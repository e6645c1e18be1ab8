/**
 * What hooks that write files have in common. The classes are copied into the JAR of each plugin whose pom asks for them,
 * so that the JAR stands alone; they know no plugin.
 */
@NullMarked
package dev.refractium.plugins.parts.hook;

import org.jspecify.annotations.NullMarked;
