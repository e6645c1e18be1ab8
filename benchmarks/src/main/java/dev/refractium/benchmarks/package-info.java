/** What a question costs: JMH benchmarks through the server's own entry points. Nothing here is shipped. */
@NullMarked
package dev.refractium.benchmarks;

import org.jspecify.annotations.NullMarked;
