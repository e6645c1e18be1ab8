package dev.refractium.server.generation;

import dev.refractium.server.config.SourceConfig;
import dev.refractium.server.net.IoFailure;
import dev.refractium.server.net.LinuxSockets;
import dev.refractium.server.net.LocalFailures;
import dev.refractium.server.net.SourceAddress;
import dev.refractium.server.route.SourceRule;
import dev.refractium.server.upstream.Backends;
import java.io.IOException;
import java.net.InetAddress;

/** Makes the rules of {@code source}. Any thread. */
final class SourceRules {
    private static final LocalFailures LOCAL = LocalFailures.OF_PROCESS;

    private final Backends backends;

    SourceRules(Backends backends) {
        this.backends = backends;
    }

    SourceRule of(SourceConfig config) {
        if (config.isClient()) {
            return SourceRule.client(config.networks(), this::isReserved);
        }
        return config.address()
                .map(address -> SourceRule.always(SourceAddress.ours(address)))
                .orElse(SourceRule.ANY);
    }

    /** Returns whether an address is a backend's or this machine's; one that cannot be looked at counts as such. */
    private boolean isReserved(InetAddress address) {
        try {
            return backends.has(address) || LinuxSockets.isOfThisMachine(address);
        } catch (IOException e) {
            LOCAL.report(IoFailure.of(e), "look for " + address.getHostAddress(), e);
            return true;
        }
    }
}
