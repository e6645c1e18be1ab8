/**
 * Words for people: foreign strings made safe to show, addresses and networks, suggestions for misspelt words, and why a
 * file could not be used. It does not know the rest of the server.
 */
@NullMarked
package dev.refractium.server.text;

import org.jspecify.annotations.NullMarked;
