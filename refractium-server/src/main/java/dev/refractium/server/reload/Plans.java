package dev.refractium.server.reload;

import dev.refractium.server.config.Problem;
import dev.refractium.server.config.ServerConfig;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.report.Plan;
import java.util.List;

/** Makes the {@link Plan} of a configuration. */
public final class Plans {
    private Plans() {}

    /** Returns the plan of {@code generation}, with these warnings. */
    public static Plan of(Generation generation, ServerRequest request, List<Problem> warnings) {
        ServerConfig server = generation.config().server();
        return new Plan(
                request.files().config(),
                generation.pluginsDirectory(),
                server.listener().bind(),
                server.listener().port(),
                generation.capacity().connections(),
                generation.capacity().descriptors(),
                RoutingTable.of(generation, request.transports()),
                PluginReport.of(generation.scan()),
                warnings.stream().map(Problem::toString).toList());
    }
}
