package dev.refractium.server.tcp;

import dev.refractium.server.generation.Generations;
import dev.refractium.server.session.Sessions;

/**
 * What the TCP sessions of a server share.
 *
 * @param generations gives new sessions the one that they begin with
 */
public record TcpShared(Generations generations, Sessions sessions, TcpLoops loops) {}
