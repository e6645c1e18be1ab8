package dev.refractium.server.hook;

import dev.refractium.api.Direction;

/** A number for each direction. One thread at a time. */
final class PerDirection {
    private long fromClient;
    private long fromBackend;

    PerDirection(long first) {
        fromClient = first;
        fromBackend = first;
    }

    long of(Direction direction) {
        return switch (direction) {
            case FROM_CLIENT -> fromClient;
            case FROM_BACKEND -> fromBackend;
        };
    }

    void set(Direction direction, long value) {
        switch (direction) {
            case FROM_CLIENT -> fromClient = value;
            case FROM_BACKEND -> fromBackend = value;
        }
    }
}
