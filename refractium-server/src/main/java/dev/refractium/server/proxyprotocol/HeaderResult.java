package dev.refractium.server.proxyprotocol;

/** What the first bytes of a connection, or a datagram, are to the PROXY protocol. */
public sealed interface HeaderResult permits HeaderResult.NoHeader, HeaderResult.Malformed, ProxyHeader {
    /** Bytes that are no complete header; constants, since most connections without a header end here. */
    enum NoHeader implements HeaderResult {
        /** They begin like a header that is not complete yet. */
        NEED_MORE,

        /** They are no header, whatever follows them. */
        ABSENT
    }

    /**
     * They begin like a header and break its rules.
     *
     * @param reason for people; holds none of the bytes
     */
    record Malformed(String reason) implements HeaderResult {}
}
