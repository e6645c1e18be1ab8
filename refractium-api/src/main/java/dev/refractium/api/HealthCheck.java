package dev.refractium.api;

import java.util.Optional;

/**
 * One check of one server: what the host sends to it, and what a living server answers. The host connects, sends
 * {@link #opening}, passes everything that arrives to {@link #judge} until the answer is decided, sends
 * {@link #closing} if the server is alive, and closes the connection. Over UDP the opening is one datagram, and each
 * datagram that arrives is judged alone.
 *
 * <p>{@link Protocol#healthCheck} makes an object for each check; all its methods run on one event loop, so that it may
 * keep state, and must neither block nor wait. A throw ends the check and shows nothing about the server.
 *
 * @since 0.1.0
 */
public interface HealthCheck {
    /** What an answer shows about its server. */
    enum Verdict {
        /** Every byte so far fits, and the question is open. At the end of the answer the check has failed. */
        NEED_MORE,
        /** The server speaks the protocol and serves. */
        ALIVE,
        /** The server speaks the protocol and refuses to serve, as by status 503 of HTTP. */
        FAILING,
        /** The answer is not of this protocol: another server listens there. */
        FOREIGN
    }

    /**
     * Returns the bytes to send first, up to 16 KiB: what an ordinary client sends, so that the server logs nothing
     * unusual. Empty: the server speaks first. The array is the host's from now on. Called once.
     */
    default byte[] opening() {
        return new byte[0];
    }

    /**
     * Judges what the server has sent so far. Called for each arrival until the answer differs from
     * {@link Verdict#NEED_MORE}; the host passes 16 KiB at most. The answer must depend on the bytes alone, never on
     * how they were cut into segments.
     *
     * @param answer at least one byte, unless it is final; dead after the return. It is final if the server has ended
     *     its answer, or is about to be cut off
     */
    Verdict judge(Peek answer);

    /**
     * Returns how a client of this protocol takes its leave, so that the server does not log a broken connection; empty
     * if a client just closes. Called once, over TCP only, if the server is alive. The array is the host's from now on.
     */
    default byte[] closing() {
        return new byte[0];
    }

    /**
     * Returns a check of a server that speaks TLS first: it sends a ClientHello and takes a ServerHello, or any alert, for
     * life (RFC 8446, sections 4.1 and 6). Nothing is decrypted or verified, and no key is kept.
     *
     * @param serverName the name to send, as in SNI (RFC 6066, section 3); empty: none
     */
    static HealthCheck tls(Optional<String> serverName) {
        return new TlsHealthCheck(serverName);
    }
}
