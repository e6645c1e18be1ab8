package dev.refractium.server.control;

/** The listeners of a server, while they are offered to a process that is to serve in its place. One thread. */
public interface ListenerOffer {
    /** Returns what is passed on. */
    Inherited passed();

    /** Returns whether the listeners are still those of {@link #passed}: a reload may have changed them. */
    boolean holds();

    /** Leaves the listeners to the process that has their sockets now, and has this server drain and end. */
    void take();

    /** Ends the offer, which nobody has taken; the server serves on. */
    void withdraw();
}
