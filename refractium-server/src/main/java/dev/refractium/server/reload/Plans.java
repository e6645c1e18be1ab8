package dev.refractium.server.reload;

import dev.refractium.api.Transport;
import dev.refractium.server.config.ListenerConfig;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.report.Plan;
import dev.refractium.server.text.Words;
import java.util.ArrayList;
import java.util.List;

/** Makes the {@link Plan} of a configuration. */
public final class Plans {
    private Plans() {}

    /** Returns the plan of {@code generation}, with these warnings. */
    public static Plan of(Generation generation, ServerRequest request, List<String> warnings) {
        return new Plan(
                request.files().configName(),
                generation.pluginsDirectory(),
                listeners(generation, request),
                generation.capacity().connections(),
                generation.capacity().descriptors(),
                RoutingTable.of(generation, request.transports()),
                PluginReport.of(generation.scan()),
                generation.config().inputs().variables().stream()
                        .map(use -> new Plan.Variable(use.name(), use.where(), use.set()))
                        .toList(),
                warnings);
    }

    private static List<Plan.Listener> listeners(Generation generation, ServerRequest request) {
        List<Plan.Listener> listeners = new ArrayList<>();
        for (ListenerConfig listener : generation.config().listening()) {
            List<Transport> transports = request.transports().stream()
                    .filter(listener.transports()::contains)
                    .toList();
            if (!transports.isEmpty()) {
                // Both transports of a listener have the same rules.
                listeners.add(new Plan.Listener(
                        listener.name(),
                        transports.stream().map(Words::of).toList(),
                        listener.address().texts(),
                        proxies(listener),
                        generation.limits(transports.get(0), listener.name()).texts()));
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
