/**
 * What the server may do with files before it trusts them: who else can write one, and where its own private ones live.
 * It knows nothing of what the files hold.
 */
@NullMarked
package dev.refractium.server.files;

import org.jspecify.annotations.NullMarked;
