package dev.refractium.server.control;

/** A request that a server does not carry out; the message has the reason and what to do. */
public final class RequestRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param reason for an operator */
    public RequestRefusedException(String reason) {
        super(reason);
    }
}
