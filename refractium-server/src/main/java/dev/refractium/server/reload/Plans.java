package dev.refractium.server.reload;

import dev.refractium.server.config.Config;
import dev.refractium.server.config.ListenerConfig;
import dev.refractium.server.config.Problem;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.report.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Makes the {@link Plan} of a configuration. */
public final class Plans {
    private Plans() {}

    /** Returns the plan of {@code generation}, with these warnings. */
    public static Plan of(Generation generation, ServerRequest request, List<Problem> warnings) {
        return new Plan(
                request.files().config(),
                generation.pluginsDirectory(),
                listeners(generation.config(), request),
                generation.capacity().connections(),
                generation.capacity().descriptors(),
                RoutingTable.of(generation, request.transports()),
                PluginReport.of(generation.scan()),
                warnings.stream().map(Problem::toString).toList());
    }

    private static List<Plan.Listener> listeners(Config config, ServerRequest request) {
        List<Plan.Listener> listeners = new ArrayList<>();
        for (ListenerConfig listener : config.listening()) {
            List<String> transports = request.transports().stream()
                    .filter(listener.transports()::contains)
                    .map(transport -> transport.name().toLowerCase(Locale.ROOT))
                    .toList();
            if (!transports.isEmpty()) {
                listeners.add(new Plan.Listener(
                        listener.name(), transports, listener.address().texts(), proxies(listener)));
            }
        }
        return listeners;
    }

    private static List<String> proxies(ListenerConfig listener) {
        List<String> proxies = new ArrayList<>();
        listener.proxies().tcp().forEach(peer -> proxies.add("tcp " + peer));
        listener.proxies().udp().forEach(peer -> proxies.add("udp " + peer));
        return proxies;
    }
}
