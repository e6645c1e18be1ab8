package dev.refractium.server.tcp;

import dev.refractium.server.generation.Generation;
import dev.refractium.server.session.Admission;
import dev.refractium.server.session.EndLog;
import dev.refractium.server.session.Sessions;
import java.util.function.Supplier;

/**
 * What the TCP sessions of a server share.
 *
 * @param generation the one that new sessions begin with
 */
public record TcpShared(Supplier<Generation> generation, Admission admission, Sessions sessions, EndLog endLog) {}
