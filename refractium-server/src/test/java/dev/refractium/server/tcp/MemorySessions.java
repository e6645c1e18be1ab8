package dev.refractium.server.tcp;

import dev.refractium.server.config.ConfigReader;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.generation.GenerationBuilder;
import dev.refractium.server.generation.Generations;
import dev.refractium.server.generation.Protocols;
import dev.refractium.server.net.IoKind;
import dev.refractium.server.net.Loops;
import dev.refractium.server.net.ManualLoop;
import dev.refractium.server.net.NameResolver;
import dev.refractium.server.net.SourceAddress;
import dev.refractium.server.session.Permit;
import dev.refractium.server.session.Sessions;
import dev.refractium.server.socket.Acceptor;
import dev.refractium.server.socket.OpensOnly;
import dev.refractium.server.socket.Side;
import dev.refractium.server.socket.Sockets;
import dev.refractium.server.upstream.Backends;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.List;

/** What TCP sessions need of a server, without a socket: both sides of each are memory, and time stands still. */
final class MemorySessions implements AutoCloseable {
    private final ManualLoop time = new ManualLoop();
    private final NameResolver names = new NameResolver();
    private final Loops loops = new Loops(IoKind.NIO, 1);
    private final TcpLoop loop = new TcpLoop(time.loop(), new LastOpened(), () -> 1 << 20, () -> 1 << 20);
    private final Sessions sessions;
    private final Generations generations;
    private MemorySide backend = new MemorySide();

    /** @param config the text of a configuration without plugins */
    MemorySessions(String config, int maxConnections, int maxConnectionsPerIp) {
        sessions = new Sessions(maxConnections, maxConnectionsPerIp);
        generations = new Generations(generation(config, names), over -> {});
    }

    /** Builds the generation of a configuration without plugins. */
    static Generation generation(String config, NameResolver names) {
        ConfigReader.Parsed parsed = ConfigReader.parse(config, "memory.toml", Path.of("/"));
        Backends backends = new Backends(names, address -> false);
        try {
            return new GenerationBuilder(parsed.config(), new Protocols(List.of(), List.of()), backends)
                    .build()
                    .generation();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Sessions sessions() {
        return sessions;
    }

    TcpLoop loop() {
        return loop;
    }

    /** Returns the clock, which stands still until it is told otherwise. */
    ManualLoop time() {
        return time;
    }

    Generation current() {
        return generations.current();
    }

    /** Returns the side of the backend that was dialled last, which is connected at once. */
    MemorySide backend() {
        return backend;
    }

    /** Returns the services of the default listener. */
    TcpServices services() {
        return new TcpServices(generations, sessions, new TcpLoops(loops, Sockets.of(loops.io()), generations));
    }

    /** Returns a session that has not started yet. */
    TcpSession admitted(TcpServices services, MemorySide client, InetSocketAddress from, Permit permit) {
        return TcpSession.admitted(services, loop, new Acceptor.Arrival(client, from), permit);
    }

    @Override
    public void close() {
        loops.close();
        names.close();
        time.close();
    }

    private final class LastOpened extends OpensOnly {
        @Override
        public Side open(SocketAddress target, SourceAddress source) {
            backend = new MemorySide();
            return backend;
        }
    }
}
