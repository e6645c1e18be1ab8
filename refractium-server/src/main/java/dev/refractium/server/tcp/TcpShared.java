package dev.refractium.server.tcp;

import dev.refractium.api.Transport;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.generation.Generations;
import dev.refractium.server.generation.ListenerSpec;
import dev.refractium.server.route.RouteTable;
import dev.refractium.server.session.Admission;
import dev.refractium.server.session.EndLog;
import dev.refractium.server.session.Sessions;

/**
 * What the TCP sessions of a server share.
 *
 * @param generations gives new sessions the one that they begin with
 * @param listener the name of the one that they came in by
 */
public record TcpShared(
        Generations generations,
        Admission admission,
        Sessions sessions,
        EndLog endLog,
        TcpLoops loops,
        String listener) {
    /** What those of the default listener share. */
    public TcpShared(Generations generations, Admission admission, Sessions sessions, EndLog endLog, TcpLoops loops) {
        this(generations, admission, sessions, endLog, loops, ListenerSpec.DEFAULT);
    }

    /** The same for the sessions of another listener. */
    TcpShared of(String listener) {
        return new TcpShared(generations, admission, sessions, endLog, loops, listener);
    }

    /** The routes that {@code generation} has for these sessions. */
    RouteTable routes(Generation generation) {
        return generation.table(Transport.TCP, listener);
    }
}
