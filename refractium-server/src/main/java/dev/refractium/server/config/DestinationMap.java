package dev.refractium.server.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A map file that a route goes by.
 *
 * @param file as written: a relative path starts from the configuration's directory
 * @param key the attribute whose values are looked up; empty: the protocol's first attribute
 */
public record DestinationMap(Path file, Optional<String> key) {
    /** @throws IllegalArgumentException if no plugin can give an attribute this name */
    public DestinationMap {
        key.ifPresent(AttributeValue::checkName);
    }

    /** Returns the file as the labels of routes have it: {@code sni=@sites.map}, or without a key {@code @sites.map}. */
    @Override
    public String toString() {
        return key.map(attribute -> attribute + "=").orElse("") + Prefixes.FILE + file;
    }
}
