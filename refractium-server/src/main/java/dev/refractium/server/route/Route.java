package dev.refractium.server.route;

import dev.refractium.server.upstream.Pool;

/**
 * Where sessions go that fit one table of the configuration. Immutable.
 *
 * @param name what logs and tables call it, as {@code https[sni=*.example.com]}
 * @param fallbackIfUnhealthy whether a session goes to the fallback when no backend of the pool can be reached
 * @param endsIfRemoved whether its live sessions end when a reload leaves no route of this name
 */
public record Route(String name, Pool pool, boolean fallbackIfUnhealthy, boolean endsIfRemoved) {}
