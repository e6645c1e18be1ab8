package dev.refractium.server.route;

import dev.refractium.server.upstream.Pool;

/**
 * Where sessions go that fit one table of the configuration. Immutable.
 *
 * @param name what logs and tables call it, as {@code https[sni=*.example.com]}
 * @param fallbackIfUnhealthy whether a session goes to the fallback when no backend of the pool can be reached
 */
public record Route(String name, Pool pool, boolean fallbackIfUnhealthy) {}
