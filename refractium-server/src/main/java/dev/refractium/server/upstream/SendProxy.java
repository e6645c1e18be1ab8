package dev.refractium.server.upstream;

/** Which PROXY headers the backends of a route get, so that they know the client's address. */
public enum SendProxy {
    NONE,
    /** Version 1, before the first byte of a connection. */
    V1,
    /** Version 2, before the first byte of a connection and in each datagram. */
    V2,
    /** Version 2 in the first datagram of a UDP session only. */
    V2_FIRST;

    /** Returns whether backends get a header. */
    public boolean isSent() {
        return this != NONE;
    }
}
