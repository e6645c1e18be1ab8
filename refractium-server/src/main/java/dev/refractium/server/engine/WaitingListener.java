package dev.refractium.server.engine;

import dev.refractium.server.net.Binding;
import dev.refractium.server.net.Loop;
import dev.refractium.server.session.Listener;
import dev.refractium.server.text.Addresses;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listener that could not be bound, and tries again until it can: an address that another machine has for now, or a
 * port that a program still holds. From then on it is the listener that was bound. Any thread.
 */
final class WaitingListener implements Listener {
    private static final Logger log = LoggerFactory.getLogger(WaitingListener.class);

    private final String name;
    private final Binding wanted;
    private final Attempt attempt;

    /** Null until its address could be bound. Written under the monitor. */
    private volatile @Nullable Listener bound;

    /** Why the last attempt failed. */
    private volatile String reason;

    /** Guarded by the monitor, as is the next. */
    private boolean started;

    private boolean ended;

    /** Binds the listener. */
    interface Attempt {
        Listener bind() throws EnvironmentException;
    }

    WaitingListener(String name, Binding wanted, Attempt attempt, EnvironmentException first) {
        this.name = name;
        this.wanted = wanted;
        this.attempt = attempt;
        this.reason = String.valueOf(first.getMessage());
        log.warn("listener waits name={} address={} reason=\"{}\"", name, Addresses.text(wanted.address()), reason);
    }

    /** Returns the listener that was bound; empty while it waits. */
    Optional<Listener> bound() {
        return Optional.ofNullable(bound);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Binding binding() {
        Listener listener = bound;
        return listener == null ? wanted : listener.binding();
    }

    @Override
    public synchronized void start() {
        started = true;
        check();
    }

    /** Tries again, or has the bound listener look. */
    @Override
    public void check() {
        Listener listener = bound;
        if (listener == null) {
            tryAgain();
        } else {
            listener.check();
        }
    }

    private synchronized void tryAgain() {
        if (!started || ended || bound != null) {
            return;
        }
        try {
            Listener listener = attempt.bind();
            bound = listener;
            listener.start();
            log.info("listener bound name={} address={}", name, Addresses.text(wanted.address()));
        } catch (EnvironmentException e) {
            reason = String.valueOf(e.getMessage());
        }
    }

    @Override
    public void leave(Loop stuck) {
        bound().ifPresent(listener -> listener.leave(stuck));
    }

    @Override
    public Optional<String> trouble() {
        return bound().flatMap(Listener::trouble);
    }

    @Override
    public Optional<String> waiting() {
        return bound == null ? Optional.of("waits to be bound: " + reason) : Optional.empty();
    }

    @Override
    public void drain() {
        end().ifPresent(Listener::drain);
    }

    @Override
    public List<Integer> pass() {
        return bound().map(Listener::pass).orElse(List.of());
    }

    @Override
    public void release() {
        end().ifPresent(Listener::release);
    }

    @Override
    public void retire() {
        end().ifPresent(Listener::retire);
    }

    @Override
    public void close() {
        end().ifPresent(Listener::close);
    }

    private synchronized Optional<Listener> end() {
        ended = true;
        return bound();
    }

    @Override
    public boolean isOpen() {
        return bound().filter(Listener::isOpen).isPresent();
    }
}
