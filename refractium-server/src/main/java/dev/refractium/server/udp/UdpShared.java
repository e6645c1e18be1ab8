package dev.refractium.server.udp;

import dev.refractium.server.generation.Generation;
import dev.refractium.server.session.EndLog;
import dev.refractium.server.session.Sessions;
import java.util.function.Supplier;

/**
 * What the UDP flows of a server share.
 *
 * @param generation the one that new flows begin with
 * @param maxFlows how many flows may be alive
 * @param maxPerClient how many of them one client may have; 0: no limit
 */
public record UdpShared(
        Supplier<Generation> generation, Sessions sessions, EndLog endLog, int maxFlows, int maxPerClient) {}
