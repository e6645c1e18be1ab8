package dev.refractium.server.config;

import java.util.Map;

/**
 * How the addresses of a listener are bound.
 *
 * @param onFailure what becomes of the listener if one cannot be bound
 */
public record BindRules(
        SocketOptions options,
        @Key(value = "on_bind_failure", initial = "refuse") OnBindFailure onFailure) {
    /** Every key has its default. */
    static final BindRules USUAL = new Keys<>(BindRules.class).make(Map.of(), Origin.of("defaults", "listeners"));
}
