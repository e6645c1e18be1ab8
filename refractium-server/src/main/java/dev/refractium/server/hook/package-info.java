/**
 * Lets hooks watch sessions without slowing them: a mailbox for each session and hook between the event loop that reads
 * and the hook's own threads, under one bound of memory. It knows the API and neither sockets, routes nor plugins.
 */
@NullMarked
package dev.refractium.server.hook;

import org.jspecify.annotations.NullMarked;
