/**
 * The command line: flags and commands over the builder, the log on standard error, signals, exit codes. It knows the
 * builder, the configuration's names and the demo, but not the code that serves connections.
 */
@NullMarked
package dev.refractium.server.cli;

import org.jspecify.annotations.NullMarked;
