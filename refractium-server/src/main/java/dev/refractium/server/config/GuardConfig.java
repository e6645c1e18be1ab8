package dev.refractium.server.config;

import java.util.Optional;

/**
 * Which clients a listener or a route serves.
 *
 * @param allow the only ones; empty: all
 * @param deny those that are not served, whatever is allowed
 */
public record GuardConfig(
        @Key("allow") Optional<Prefixes> allow, @Key("deny") Optional<Prefixes> deny) {}
