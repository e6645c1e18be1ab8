package dev.refractium.server.upstream;

/** The balancing policies. */
public enum Policy {
    ROUND_ROBIN,
    FIRST;

    /** Makes the order of a new pool. */
    Balance balance() {
        return switch (this) {
            case ROUND_ROBIN -> new RoundRobin();
            case FIRST -> new First();
        };
    }
}
