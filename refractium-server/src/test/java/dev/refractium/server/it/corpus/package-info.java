/**
 * Asks the built plugins, through the server's own identifier, about the first bytes of recorded traffic. Knows no
 * socket and no route; the recordings stay outside the project.
 */
@NullMarked
package dev.refractium.server.it.corpus;

import org.jspecify.annotations.NullMarked;
