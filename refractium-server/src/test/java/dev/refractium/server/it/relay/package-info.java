/** What happens to the bytes of a TCP session once it has a backend. */
@NullMarked
package dev.refractium.server.it.relay;

import org.jspecify.annotations.NullMarked;
