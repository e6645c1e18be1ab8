package dev.refractium.server.plugin;

import dev.refractium.api.Protocol;
import dev.refractium.api.Settings;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A plugin's protocols with the operator's settings.
 *
 * @param problems what some of them threw or returned that cannot be used; these protocols are left as they were
 */
record ConfiguredProtocols(List<Protocol> protocols, List<String> problems) {
    ConfiguredProtocols {
        protocols = List.copyOf(protocols);
        problems = List.copyOf(problems);
    }

    /** Gives each of them the settings, one after the other. */
    static ConfiguredProtocols of(
            PluginCall call, @Nullable ClassLoader classes, List<Protocol> protocols, Settings settings) {
        call.uses(classes);
        List<Protocol> configured = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (Protocol protocol : protocols) {
            try {
                configured.add(protocol instanceof VettedProtocol vetted ? vetted.with(call, settings) : protocol);
            } catch (Refused e) {
                problems.add("protocol " + protocol.name() + ": " + e.reason());
                configured.add(protocol);
            } catch (Throwable thrown) {
                problems.add("protocol " + protocol.name() + ": configured() threw " + Fault.describe(thrown));
                configured.add(protocol);
            }
        }
        return new ConfiguredProtocols(configured, problems);
    }
}
