package dev.refractium.server.udp;

import dev.refractium.server.generation.Generations;
import dev.refractium.server.net.Io;
import dev.refractium.server.session.EndLog;
import dev.refractium.server.session.Sessions;

/**
 * What the UDP flows of a server share.
 *
 * @param generations gives new flows the one that they begin with
 * @param io what their loop stands on
 */
public record UdpShared(Generations generations, Sessions sessions, EndLog endLog, Io io) {}
