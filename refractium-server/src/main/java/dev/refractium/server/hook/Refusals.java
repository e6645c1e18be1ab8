package dev.refractium.server.hook;

import dev.refractium.api.Session;
import java.util.List;

/** The hooks that ask for sessions that were refused. Immutable; any thread. */
public final class Refusals {
    /** No hook asks for them. */
    public static final Refusals NONE = new Refusals(List.of());

    private final List<LiveHook> hooks;

    private Refusals(List<LiveHook> hooks) {
        this.hooks = hooks;
    }

    /** Returns those of {@code hooks} that ask for refused sessions. */
    public static Refusals among(List<LiveHook> hooks) {
        List<LiveHook> asking =
                hooks.stream().filter(hook -> hook.traits().refusals()).toList();
        return asking.isEmpty() ? NONE : new Refusals(asking);
    }

    /** Returns whether any hook asks for them; otherwise nothing needs to be known of a refused session. */
    public boolean areWanted() {
        return !hooks.isEmpty();
    }

    /**
     * Notifies the hooks of a session. Does not wait, and throws nothing.
     *
     * @param refused the session's facts, without a route
     * @param reason the reason that the log has
     */
    public void add(SessionFacts refused, String reason) {
        Session session = new SessionView(refused, Clock.SYSTEM.ago(Clock.SYSTEM.now() - refused.began()));
        for (LiveHook hook : hooks) {
            if (hook.admit()) {
                new Call(hook, session, reason).submit();
            }
        }
    }

    /** One session on its way to one hook. */
    private record Call(LiveHook hook, Session session, String reason) implements Runnable {
        void submit() {
            if (!hook.run(this)) {
                over();
            }
        }

        @Override
        public void run() {
            if (hook.attempt(() -> hook.hook().refused(session, reason))) {
                hook.counters().endedWell();
            }
            over();
        }

        private void over() {
            hook.heardOf();
            hook.left();
        }
    }
}
