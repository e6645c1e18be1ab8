package dev.refractium.server.tcp;

import dev.refractium.server.generation.Generations;
import dev.refractium.server.session.Admission;
import dev.refractium.server.session.EndLog;
import dev.refractium.server.session.Sessions;

/**
 * What the TCP sessions of a server share.
 *
 * @param generations gives new sessions the one that they begin with
 */
public record TcpShared(
        Generations generations, Admission admission, Sessions sessions, EndLog endLog, TcpLoops loops) {}
