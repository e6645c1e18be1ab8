package dev.refractium.server.config;

import java.util.Optional;

/**
 * Which clients a server lets in, and how fast.
 *
 * @param limitsExempt clients that no limit per address applies to
 */
public record AccessConfig(
        GuardConfig guard,
        RateConfig rates,
        @Key("limits_exempt") Optional<Prefixes> limitsExempt) {}
