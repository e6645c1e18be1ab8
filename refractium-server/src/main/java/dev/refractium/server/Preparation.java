package dev.refractium.server;

import dev.refractium.server.config.ConfigException;
import dev.refractium.server.files.StateDirectory;
import dev.refractium.server.net.Listening;
import dev.refractium.server.net.Names;
import dev.refractium.server.plugin.PluginCalls;
import dev.refractium.server.plugin.Running;
import dev.refractium.server.text.FileTrouble;
import dev.refractium.server.upstream.Backends;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What every edition of one server is made from and with: the request, the private copies of plugins, the backends with
 * their names. Closed by whoever does not make a server of it, and by the server otherwise. One thread, but for
 * {@link #calls}, {@link #backends} and {@link #listensAt}.
 */
final class Preparation implements AutoCloseable {
    private final RefractiumBuilder.Request request;
    private final PluginCalls calls = new PluginCalls();
    private final Names names = new Names();
    private final Backends backends;
    private @Nullable StateDirectory state;

    /** Written when an address is about to be bound, read by the resolver's threads. */
    private volatile Listening listening = new Listening(InetAddress.getLoopbackAddress(), 0);

    /** @param request not changed any more */
    Preparation(RefractiumBuilder.Request request) {
        this.request = request;
        this.backends = new Backends(names, address -> listening.includes(address));
    }

    /** Begins the first edition. */
    Draft draft() throws ConfigException, StartException {
        return new Draft(this, Optional.empty(), Running.NONE);
    }

    RefractiumBuilder.Request request() {
        return request;
    }

    /** What the plugins' code runs by. */
    PluginCalls calls() {
        return calls;
    }

    Backends backends() {
        return backends;
    }

    /** Says where the server listens, so that no backend leads there. */
    void listensAt(InetSocketAddress address) {
        listening = new Listening(address.getAddress(), address.getPort());
        backends.listenerMoved();
    }

    /** Where plugins are copied to; made when it is first asked for. */
    StateDirectory state() throws StartException {
        try {
            StateDirectory open = state == null ? StateDirectory.open(System.getenv()) : state;
            state = open;
            return open;
        } catch (IOException e) {
            throw new StartException("no private directory for the plugins' copies: " + FileTrouble.of(e), e);
        }
    }

    @Override
    public void close() {
        names.close();
        if (state != null) {
            state.close();
        }
    }
}
