package dev.refractium.server.upstream;

/** The balancing policies. */
public enum Policy {
    ROUND_ROBIN,
    LEAST_CONNECTIONS,
    RANDOM,
    FIRST,
    SOURCE_HASH;

    /** Returns whether it goes by the key of a session. */
    boolean isByKey() {
        return this == SOURCE_HASH;
    }

    /** Makes the order of a new pool. */
    Balance balance() {
        return switch (this) {
            case ROUND_ROBIN -> new RoundRobin();
            case LEAST_CONNECTIONS -> new LeastConnections();
            case RANDOM -> new RandomOfTwo();
            case FIRST -> new First();
            case SOURCE_HASH -> new SourceHash(SourceHash.UNBOUNDED);
        };
    }
}
