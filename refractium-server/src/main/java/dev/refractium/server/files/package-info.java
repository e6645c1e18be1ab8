/**
 * What the server may do with files before it trusts them: who else can write one, and where its own private files are.
 * It does not know the content of the files.
 */
@NullMarked
package dev.refractium.server.files;

import org.jspecify.annotations.NullMarked;
