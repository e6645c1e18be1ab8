/**
 * Lets hooks watch sessions without slowing them: a mailbox for each session and hook between the event loop that reads
 * and the hook's own threads, within one memory budget. It knows the API, but no sockets, routes or plugins.
 */
@NullMarked
package dev.refractium.server.hook;

import org.jspecify.annotations.NullMarked;
