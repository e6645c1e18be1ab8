package dev.refractium.server.control;

import java.util.List;

/**
 * What became of an order about a backend.
 *
 * @param pools that have the backend
 * @param before what it did, in words
 * @param after what it does from now on
 * @param kept whether that outlives the process
 * @param sessions how many sessions were closed
 */
public record BackendAnswer(List<String> pools, String before, String after, boolean kept, int sessions) {
    public BackendAnswer {
        pools = List.copyOf(pools);
    }
}
