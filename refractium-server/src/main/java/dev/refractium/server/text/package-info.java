/**
 * Words for people: strings that come from outside made safe to show, addresses, the word that a typing error was meant to be, and
 * why a file could not be used.
 * It knows nothing of the rest of the server.
 */
@NullMarked
package dev.refractium.server.text;

import org.jspecify.annotations.NullMarked;
