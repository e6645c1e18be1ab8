package dev.refractium.server.engine;

import dev.refractium.server.config.ReadRoutes;
import dev.refractium.server.config.ServerConfig;
import dev.refractium.server.files.SocketFile;
import dev.refractium.server.files.StateDirectory;
import dev.refractium.server.net.Binding;
import dev.refractium.server.net.DescriptorLimit;
import dev.refractium.server.net.InheritedSockets;
import dev.refractium.server.net.IoKind;
import dev.refractium.server.net.NameResolver;
import dev.refractium.server.plugin.PluginCalls;
import dev.refractium.server.text.FileFailure;
import dev.refractium.server.upstream.Backends;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all generations of one server share: the private copies of plugins, and the backends with their names. Closed by
 * the server, or by a caller that does not start one. One thread, except {@link #calls}, {@link #backends} and {@link
 * #listensAt}.
 */
public final class ServerResources implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ServerResources.class);

    private final PluginCalls calls = new PluginCalls();
    private final NameResolver names;
    private final Backends backends;
    private final ReadRoutes readRoutes = new ReadRoutes();

    /** The last one is in use; earlier ones were lost, and running plugins may have come from them. */
    private final List<StateDirectory> states = new ArrayList<>();

    /** The number of descriptors that the process had open before the server opened any. */
    private final int ownDescriptors = DescriptorLimit.own();

    private InheritedSockets inherited = new InheritedSockets();
    private final Set<Object> inheritedFiles = new HashSet<>();

    /** Written when an address is about to be bound, read by the resolver's threads. */
    private volatile List<Binding> listeners = List.of();

    /** @param resolver looks host names up, whatever the configuration says; empty: the configuration decides */
    public ServerResources(Optional<NameResolver.Resolver> resolver) {
        this.names = resolver.map(NameResolver::new).orElseGet(NameResolver::new);
        this.backends =
                new Backends(names, address -> listeners.stream().anyMatch(listener -> listener.includes(address)));
    }

    /** Returns the calls that run the plugins' code. */
    public PluginCalls calls() {
        return calls;
    }

    public Backends backends() {
        return backends;
    }

    /**
     * Takes over what another process has passed on: listeners use its sockets in place of new ones.
     *
     * @param files of Unix sockets that listeners may replace
     * @throws IOException if a descriptor is no socket of TCP or UDP, or this machine lacks epoll
     */
    public void inherit(List<Integer> descriptors, List<Path> files) throws IOException {
        Optional<String> missing = IoKind.EPOLL.missing();
        if (missing.isPresent() && !descriptors.isEmpty()) {
            throw new IOException("only epoll takes sockets over: " + missing.get());
        }
        inherited = InheritedSockets.of(descriptors);
        for (Path file : files) {
            if (SocketFile.isSocket(file)) {
                inheritedFiles.add(SocketFile.identity(file));
            }
        }
    }

    InheritedSockets inherited() {
        return inherited;
    }

    /** Returns whether the file of this identity is a Unix socket that a listener may replace. */
    boolean isInherited(Object identity) {
        return inheritedFiles.contains(identity);
    }

    /** Returns the routes that were read before. */
    public ReadRoutes readRoutes() {
        return readRoutes;
    }

    /** Looks names up as this configuration says, if nothing that is served names them. */
    public void draftNames(ServerConfig server) {
        names.draft(NameKeys.of(server));
    }

    /** Looks all names up as this configuration says. */
    void serveNames(ServerConfig server) {
        if (names.serve(NameKeys.of(server))) {
            backends.askAgain();
        }
    }

    /** Returns how many descriptors the rest of the process needs. */
    public int ownDescriptors() {
        return ownDescriptors;
    }

    /** Sets where the server listens, so that no backend leads there. */
    void listensAt(List<Binding> bindings) {
        listeners = List.copyOf(bindings);
        backends.listenerMoved();
    }

    /** Returns the directory that plugins are copied to; created on first use, and again if it was removed. */
    public StateDirectory state() throws EnvironmentException {
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
            throw new EnvironmentException(
                    "no private directory for the plugins' copies: " + FileFailure.of(e)
                            + "; set RUNTIME_DIRECTORY to a directory that this user alone may write to",
                    e);
        }
    }

    @Override
    public void close() {
        inherited.close();
        names.close();
        states.forEach(StateDirectory::close);
    }
}
