package dev.refractium.server.limit;

import dev.refractium.server.text.Networks;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * The gate of a listener behind that of its server. Immutable but for their counts; any thread.
 *
 * @param server the rates of all listeners together
 * @param own what the listener itself enforces
 * @param exempt clients that no limit per client applies to
 */
public record ListenerGate(Gate server, Gate own, Networks exempt) {
    /** Creates a gate that lets every client in. */
    public static ListenerGate open() {
        return new ListenerGate(new Gate(Gate.Rules.NONE), new Gate(Gate.Rules.NONE), Networks.NONE);
    }

    /**
     * Lets a client in, which {@link #leave}s once.
     *
     * @return null if it is let in
     */
    public @Nullable Refusal enter(@Nullable InetAddress client) {
        Refusal refusal = own.enter(client, exempt);
        if (refusal == null) {
            refusal = server.arrive(client, exempt);
            if (refusal != null) {
                own.leave();
            }
        }
        return refusal;
    }

    /** Judges a client that takes its place later, by {@link #takePlace}; otherwise as {@link #enter}. */
    public @Nullable Refusal arrive(@Nullable InetAddress client) {
        Refusal refusal = own.arrive(client, exempt);
        return refusal == null ? server.arrive(client, exempt) : refusal;
    }

    /** Takes a place, which is given back by {@link #leave}; returns whether there was one. */
    public boolean takePlace() {
        return own.takePlace();
    }

    /** Gives a place back. */
    public void leave() {
        own.leave();
    }
}
