package dev.refractium.server.engine;

import dev.refractium.api.Transport;
import dev.refractium.server.config.UnixSocket;
import dev.refractium.server.generation.ListenerSpec;
import dev.refractium.server.net.Binding;
import dev.refractium.server.net.Closer;
import dev.refractium.server.net.Loop;
import dev.refractium.server.session.Listener;
import dev.refractium.server.text.Addresses;
import dev.refractium.server.text.Words;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The listeners of the current generation, and earlier ones that sessions still use. A reload compares the listeners of
 * the next generation with the open ones: a listener whose address stays remains open, and new ones are bound before
 * old ones retire. Changed by one thread at a time, which starts or reloads; read by any.
 */
public final class Listeners {
    /** How many free ports are tried if a port that is free on TCP is taken on UDP. */
    private static final int ATTEMPTS = 16;

    private final Binder binder;
    private final List<Listener> retiring = new ArrayList<>();

    private volatile List<Open> current = List.of();

    Listeners(Binder binder) {
        this.binder = binder;
    }

    /** Opens listeners. */
    interface Binder {
        /**
         * Binds next to listeners of this server, which stay open even where the addresses overlap.
         *
         * @throws EnvironmentException if the address cannot be bound
         */
        Listener bind(ListenerSpec spec, List<Listener> beside) throws EnvironmentException;
    }

    /**
     * An open listener.
     *
     * @param unix the mode and owner of a Unix socket: another socket replaces it if they change
     * @param label made early: no class can be loaded while the process is out of descriptors
     */
    private record Open(Listener listener, UnixSocket unix, String label) {
        static Open of(Listener listener, ListenerSpec spec) {
            Binding binding = listener.binding();
            String transport = Words.of(binding.transport());
            return new Open(
                    listener,
                    spec.config().address().unix(),
                    "listener " + transport + " " + Addresses.text(binding.address()));
        }

        boolean is(ListenerSpec spec) {
            return listener.name().equals(spec.name())
                    && listener.binding().equals(spec.binding())
                    && unix.equals(spec.config().address().unix());
        }
    }

    /** The listeners of the next generation. */
    public static final class Next {
        private final List<Open> all;

        private Next(List<Open> all) {
            this.all = List.copyOf(all);
        }
    }

    /** Returns where the first listener of {@code transport} listens; empty if there is none. */
    public Optional<InetSocketAddress> address(Transport transport) {
        return current.stream()
                .map(open -> open.listener().binding())
                .filter(binding -> binding.transport() == transport && !binding.isUnix())
                .findFirst()
                .map(Binding::internet);
    }

    /** Returns the first port of each listener, by the listener's name. */
    public Map<String, Integer> ports() {
        Map<String, Integer> ports = new HashMap<>();
        for (Open open : current) {
            Binding binding = open.listener().binding();
            if (!binding.isUnix()) {
                ports.putIfAbsent(open.listener().name(), binding.port());
            }
        }
        return ports;
    }

    /** Returns the listener of this name; empty if there is none. */
    Optional<Listener> named(String name, Transport transport) {
        return current.stream()
                .map(Open::listener)
                .filter(listener ->
                        listener.name().equals(name) && listener.binding().transport() == transport)
                .findFirst();
    }

    /** Returns where the first listener listens, on any transport; empty if there is none. */
    public Optional<InetSocketAddress> address() {
        return address(Transport.TCP).or(() -> address(Transport.UDP));
    }

    /** Returns where the listeners of the current generation listen. */
    public List<Binding> bindings() {
        return current.stream().map(open -> open.listener().binding()).toList();
    }

    /** Returns the listeners of the current generation. */
    public List<Listener> all() {
        return current.stream().map(Open::listener).toList();
    }

    /**
     * Binds those of {@code specs} that are not open yet; {@link #enter} makes the change. Port 0 takes a port that is
     * free on all transports of the listener's name.
     *
     * @throws EnvironmentException if an address cannot be bound; nothing has changed
     */
    Next bind(List<ListenerSpec> specs) throws EnvironmentException {
        boolean anyPort = specs.stream().anyMatch(spec -> spec.binding().port() == 0);
        for (int attempt = 1; ; attempt++) {
            try {
                return bindOnce(specs);
            } catch (EnvironmentException e) {
                if (!anyPort || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private Next bindOnce(List<ListenerSpec> specs) throws EnvironmentException {
        List<Open> all = new ArrayList<>();
        try (Closer closer = new Closer()) {
            for (ListenerSpec spec : specs) {
                Optional<Open> same =
                        current.stream().filter(open -> open.is(spec)).findFirst();
                all.add(same.isPresent() ? same.get() : Open.of(closer.add(bind(spec, all), Listener::close), spec));
            }
            closer.keep();
            return new Next(all);
        }
    }

    private Listener bind(ListenerSpec spec, List<Open> before) throws EnvironmentException {
        ListenerSpec wanted = spec.binding().port() == 0 ? spec.on(port(spec.name(), before)) : spec;
        List<Listener> beside = Stream.concat(current.stream(), before.stream())
                .map(Open::listener)
                .distinct()
                .toList();
        try {
            return binder.bind(wanted, beside);
        } catch (EnvironmentException e) {
            if (!spec.waits()) {
                throw e;
            }
            WaitingListener.Attempt again = () -> binder.bind(wanted, all());
            return new WaitingListener(spec.name(), wanted.binding(), again, e);
        }
    }

    /** Returns the port that a listener of this name has on another transport; 0 if it has none yet. */
    private static int port(String name, List<Open> open) {
        return open.stream()
                .map(Open::listener)
                .filter(listener -> listener.name().equals(name))
                .map(listener -> listener.binding().port())
                .findFirst()
                .orElse(0);
    }

    /** Sets the first listeners before any is started, so that their addresses are known. */
    void take(Next next) {
        current = next.all;
    }

    /** Accepts new clients on {@code next} only. */
    void enter(Next next) {
        List<Open> before = current;
        current = next.all;
        next.all.stream()
                .filter(open -> !before.contains(open))
                .forEach(open -> open.listener().start());
        retiring.removeIf(gone -> !gone.isOpen());
        for (Open open : before) {
            if (!next.all.contains(open)) {
                open.listener().retire();
                retiring.add(open.listener());
            }
        }
    }

    void start() {
        current.forEach(open -> open.listener().start());
    }

    /** Returns the descriptors of all sockets, for a process that is to serve in this one's place. */
    public List<Integer> pass() {
        return all().stream().flatMap(listener -> listener.pass().stream()).toList();
    }

    /** Stops accepting, and leaves what arrives to the process that has the sockets, too. */
    public void release() {
        current.forEach(open -> open.listener().release());
    }

    /** Moves listeners from this loop, which does not answer, to another. Any thread. */
    void leave(Loop stuck) {
        current.forEach(open -> open.listener().leave(stuck));
    }

    /** Has each listener accept what has arrived, whether or not it was notified. Any thread. */
    void check() {
        current.forEach(open -> open.listener().check());
    }

    /** Returns why clients are not served, a line per listener; empty if all are served. Any thread. */
    List<String> troubles() {
        List<String> troubles = new ArrayList<>();
        for (Open open : current) {
            open.listener().trouble().ifPresent(trouble -> troubles.add(open.label() + " " + trouble));
        }
        return troubles;
    }

    /** Returns which listeners are not bound yet, a line per listener. Any thread. */
    List<String> waiting() {
        List<String> waiting = new ArrayList<>();
        for (Open open : current) {
            open.listener().waiting().ifPresent(reason -> waiting.add(open.label() + " " + reason));
        }
        return waiting;
    }

    /** Stops accepting sessions; flows end once they are quiet. */
    void drain() {
        current.forEach(open -> open.listener().drain());
        retiring.forEach(Listener::drain);
    }

    void close() {
        current.forEach(open -> open.listener().close());
        retiring.forEach(Listener::close);
    }
}
