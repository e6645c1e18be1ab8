/** Active health checks: probes of backends, each on its own schedule. It must not know sessions or routes. */
@NullMarked
package dev.refractium.server.health;

import org.jspecify.annotations.NullMarked;
