package dev.refractium.conformance;

/** How a claim of the proxy compares with what a server did. */
enum Outcome {
    /** The server served nobody. */
    REFUSED,
    /** The server served, and the proxy claims no name: it closes such a session. */
    UNREADABLE,
    /** Both read the same name. */
    AGREED,
    /** The proxy routes by a name that the server does not find: its default host answers. */
    UNKNOWN,
    /** The proxy routes, and the harness cannot read whom the server serves. */
    BROKEN,
    /** The server serves another name than the one that the proxy routes by. */
    MISMATCH;

    /** Compares one pair, for a server that has a virtual host for each name. */
    static Outcome of(Claim claim, Served served) {
        if (served instanceof Served.Refused) {
            return REFUSED;
        }
        if (claim instanceof Claim.Nothing) {
            return UNREADABLE;
        }
        if (served instanceof Served.Unread) {
            return BROKEN;
        }
        String claimed = claim instanceof Claim.Named named ? named.name() : "";
        String found = served instanceof Served.Host host ? host.name() : "";
        if (claimed.equals(found)) {
            return AGREED;
        }
        return found.isEmpty() ? UNKNOWN : MISMATCH;
    }
}
