package dev.refractium.server.session;

/** A live session, as far as those need to know who count and drain it. */
public interface Session {
    /** Ends the session at once. Any thread; has no effect on one that has ended. */
    void cut();
}
