package dev.refractium.server.generation;

import dev.refractium.server.config.Prefixes;
import dev.refractium.server.text.Networks;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Finds the networks that a configuration names, by prefixes and by files. Immutable; any thread. */
final class NetworkSets {
    private final Map<Path, Networks> files;

    /** @param files the content of each file, by its path as written */
    NetworkSets(Map<Path, Networks> files) {
        this.files = Map.copyOf(files);
    }

    /** Returns the networks; none if the key is not set. */
    Networks of(Optional<Prefixes> prefixes) {
        return prefixes.map(this::of).orElse(Networks.NONE);
    }

    private Networks of(Prefixes prefixes) {
        Networks all = Networks.of(prefixes.networks());
        for (Path file : prefixes.files()) {
            all = all.and(files.getOrDefault(file, Networks.NONE));
        }
        return all;
    }
}
