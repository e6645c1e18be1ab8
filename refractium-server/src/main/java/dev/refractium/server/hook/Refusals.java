package dev.refractium.server.hook;

import dev.refractium.api.Party;
import dev.refractium.api.Session;
import dev.refractium.api.SessionEnd;
import java.util.List;

/** The hooks that ask for sessions that were refused. Immutable; any thread. */
public final class Refusals {
    /** No hook asks for them. */
    public static final Refusals NONE = new Refusals(List.of(), 0);

    private final List<LiveHook> hooks;
    private final long generation;

    private Refusals(List<LiveHook> hooks, long generation) {
        this.hooks = hooks;
        this.generation = generation;
    }

    /** Returns those of {@code hooks}, which a generation has, that ask for refused sessions. */
    public static Refusals among(List<LiveHook> hooks, long generation) {
        List<LiveHook> asking =
                hooks.stream().filter(hook -> hook.traits().refusals()).toList();
        return asking.isEmpty() ? NONE : new Refusals(asking, generation);
    }

    /** Returns whether any hook asks for them; otherwise nothing needs to be known of a refused session. */
    public boolean areWanted() {
        return !hooks.isEmpty();
    }

    /** Returns the number of the generation whose hooks they are. */
    public long generation() {
        return generation;
    }

    /**
     * Notifies the hooks of a session. Does not wait, and throws nothing.
     *
     * @param refused the session's facts, without a route
     * @param reason the reason that the log has
     * @param by the party that has ended it
     */
    public void add(SessionFacts refused, String reason, Party by) {
        long age = Clock.SYSTEM.now() - refused.times().began();
        Session session = new SessionView(refused, Clock.SYSTEM.ago(age));
        SessionEnd end = Ended.refused(reason, by, age, new StageTimes(refused.times()));
        for (LiveHook hook : hooks) {
            if (hook.admit()) {
                new Call(hook, session, end).submit();
            }
        }
    }

    /** One session on its way to one hook. */
    private record Call(LiveHook hook, Session session, SessionEnd end) implements Runnable {
        void submit() {
            if (!hook.run(this)) {
                over();
            }
        }

        @Override
        public void run() {
            if (hook.attempt(() -> hook.hook().refused(session, end))) {
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
