package dev.refractium.server;

import dev.refractium.server.config.ConfigException;
import dev.refractium.server.files.StateDirectory;
import dev.refractium.server.net.DescriptorLimit;
import dev.refractium.server.net.Listening;
import dev.refractium.server.net.Names;
import dev.refractium.server.plugin.PluginCalls;
import dev.refractium.server.plugin.Running;
import dev.refractium.server.text.FileTrouble;
import dev.refractium.server.upstream.Backends;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every edition of one server is made from and with: the request, the private copies of plugins, the backends with
 * their names. Closed by whoever does not make a server of it, and by the server otherwise. One thread, but for
 * {@link #calls}, {@link #backends} and {@link #listensAt}.
 */
final class Preparation implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Preparation.class);

    private final RefractiumBuilder.Request request;
    private final PluginCalls calls = new PluginCalls();
    private final Names names;
    private final Backends backends;

    /** The last one is in use; those before were lost, and running plugins may have come from them. */
    private final List<StateDirectory> states = new ArrayList<>();

    /** What the process has open by itself, counted before a server opens anything. */
    private final int ownDescriptors = DescriptorLimit.own();

    /** Written when an address is about to be bound, read by the resolver's threads. */
    private volatile Listening listening = new Listening(InetAddress.getLoopbackAddress(), 0);

    /** @param request not changed any more */
    Preparation(RefractiumBuilder.Request request) {
        this.request = request;
        this.names = new Names(request.resolver);
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

    /** How many descriptors to allow for what is not the server's. */
    int ownDescriptors() {
        return ownDescriptors;
    }

    /** Says where the server listens, so that no backend leads there. */
    void listensAt(InetSocketAddress address) {
        listening = new Listening(address.getAddress(), address.getPort());
        backends.listenerMoved();
    }

    /** Where plugins are copied to; made when it is first asked for, and again where it has been removed. */
    StateDirectory state() throws StartException {
        try {
            StateDirectory last = states.isEmpty() ? null : states.get(states.size() - 1);
            if (last != null && last.isWhole()) {
                return last;
            }
            StateDirectory next = StateDirectory.open(System.getenv());
            if (last != null) {
                log.warn("state directory was gone and has been made again before={} now={}", last.path(), next.path());
            }
            states.add(next);
            return next;
        } catch (IOException e) {
            throw new StartException("no private directory for the plugins' copies: " + FileTrouble.of(e), e);
        }
    }

    @Override
    public void close() {
        names.close();
        states.forEach(StateDirectory::close);
    }
}
