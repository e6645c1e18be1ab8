/**
 * The PROXY protocol, versions 1 and 2 (haproxy's proxy-protocol.txt): reads and writes the headers that carry a client's
 * address from one proxy to the next. It must not know sockets, sessions or the configuration.
 */
@NullMarked
package dev.refractium.server.proxyprotocol;

import org.jspecify.annotations.NullMarked;
