package dev.refractium.server.reload;

import dev.refractium.server.config.Config;
import dev.refractium.server.config.ListenerConfig;
import dev.refractium.server.config.Problem;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.report.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Makes the {@link Plan} of a configuration. */
public final class Plans {
    private static final String UNFIT = "cannot be served on this machine: ";

    private Plans() {}

    /**
     * Returns the plan of {@code generation}.
     *
     * @param unfit what this machine cannot serve
     * @param warnings what may not be meant
     */
    public static Plan of(Generation generation, ServerRequest request, List<Problem> unfit, List<Problem> warnings) {
        return new Plan(
                request.files().config(),
                generation.pluginsDirectory(),
                listeners(generation.config(), request),
                generation.capacity().connections(),
                generation.capacity().descriptors(),
                RoutingTable.of(generation, request.transports()),
                PluginReport.of(generation.scan()),
                Stream.concat(
                                unfit.stream().map(problem -> UNFIT + problem),
                                warnings.stream().map(Problem::toString))
                        .toList());
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
                        listener.name(), transports, listener.address().texts()));
            }
        }
        return listeners;
    }
}
