package dev.refractium.server.operate;

import dev.refractium.server.control.Inherited;
import dev.refractium.server.control.ListenerOffer;
import dev.refractium.server.control.RequestRefusedException;
import dev.refractium.server.engine.Engine;
import dev.refractium.server.net.AbstractName;
import dev.refractium.server.net.Binding;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** Passes the listeners on to one process at a time, until one has taken them. Any thread. */
final class Succession {
    private final Engine engine;
    private final AtomicReference<State> state = new AtomicReference<>(State.SERVING);
    private volatile Runnable onTaken = () -> {};

    private enum State {
        SERVING,
        OFFERED,
        TAKEN
    }

    Succession(Engine engine) {
        this.engine = engine;
    }

    /** Sets what is run once another process has taken the listeners. */
    void onTaken(Runnable step) {
        onTaken = step;
    }

    ListenerOffer offer() throws RequestRefusedException {
        if (!engine.passesSockets()) {
            throw new RequestRefusedException(
                    "this server cannot pass its sockets on, which needs io = \"epoll\"; stop it, and start another");
        }
        State before = state.compareAndExchange(State.SERVING, State.OFFERED);
        if (before != State.SERVING) {
            throw new RequestRefusedException(
                    before == State.TAKEN
                            ? "another process serves in this one's place; take that one's"
                            : "another process is about to take this one's place; wait until it has, or has ended");
        }
        return new Offer(passed());
    }

    private Inherited passed() {
        List<Path> files = engine.listeners().bindings().stream()
                .filter(Binding::isUnix)
                .map(binding -> (UnixDomainSocketAddress) binding.address())
                .filter(address -> !AbstractName.is(address))
                .map(UnixDomainSocketAddress::getPath)
                .toList();
        return new Inherited(engine.listeners().pass(), files);
    }

    private final class Offer implements ListenerOffer {
        private final Inherited passed;

        Offer(Inherited passed) {
            this.passed = passed;
        }

        @Override
        public Inherited passed() {
            return passed;
        }

        @Override
        public boolean holds() {
            return passed.descriptors().equals(engine.listeners().pass());
        }

        @Override
        public void take() {
            state.set(State.TAKEN);
            engine.listeners().release();
            onTaken.run();
        }

        @Override
        public void withdraw() {
            state.set(State.SERVING);
        }
    }
}
