package dev.refractium.conformance;

import java.util.Optional;

/** Reads from a server's reply which virtual host answered. Any thread. */
public interface Reading {
    /**
     * Returns what the server did, once the reply says it.
     *
     * @param sent the client's bytes; not to be changed
     * @param reply all that has arrived; not to be changed
     * @param ended whether the server has closed the connection
     */
    Optional<Served> read(byte[] sent, byte[] reply, boolean ended);
}
