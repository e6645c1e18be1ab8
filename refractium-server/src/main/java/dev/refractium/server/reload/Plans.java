package dev.refractium.server.reload;

import dev.refractium.server.config.Problem;
import dev.refractium.server.config.ServerConfig;
import dev.refractium.server.engine.Edition;
import dev.refractium.server.report.Plan;
import java.util.List;

/** Makes the {@link Plan} of a configuration. */
public final class Plans {
    private Plans() {}

    /** Returns what {@code edition} comes to, with these warnings. */
    public static Plan of(Edition edition, ServerRequest request, List<Problem> warnings) {
        ServerConfig server = edition.config().server();
        return new Plan(
                request.files().config(),
                edition.pluginsDirectory(),
                server.listener().bind(),
                server.listener().port(),
                edition.maxConnections(),
                edition.descriptors(),
                RoutingTable.of(edition.generation(), request.transports()),
                PluginReport.of(edition.generation().scan()),
                warnings.stream().map(Problem::toString).toList());
    }
}
