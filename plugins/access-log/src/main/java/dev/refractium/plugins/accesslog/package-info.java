/**
 * Writes a line of JSON for each session that ended. It knows the API and files, and nothing of what sessions carry.
 */
@NullMarked
package dev.refractium.plugins.accesslog;

import org.jspecify.annotations.NullMarked;
