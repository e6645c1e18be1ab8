package dev.refractium.server;

import dev.refractium.api.Transport;
import dev.refractium.server.session.EndReason;
import dev.refractium.server.session.Sessions;
import dev.refractium.server.upstream.Backend;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Takes the {@link Status} of a running server. Any thread. */
final class Snapshot {
    private Snapshot() {}

    static Status of(Engine engine, Preparation prepared, Reloading reloading) {
        Reloader reloader = reloading.reloader();
        Sessions sessions = engine.sessions();
        RefractiumBuilder.Request request = prepared.request();
        return new Status(
                engine.listeners().address(Transport.TCP),
                engine.listeners().address(Transport.UDP),
                sessions.live(),
                sessions.bytes(),
                engine.relayHeld(),
                byLabel(sessions.ends()),
                byLabel(sessions.fallbacks()),
                prepared.backends().all().stream().map(Snapshot::backend).toList(),
                engine.running().plan(request.file, request.transports),
                generations(engine),
                reloader.last(),
                degraded(
                        reloader.degraded(),
                        List.of(reloading.rollback().reasons(), prepared.calls().hanging(), engine.unapplied())),
                engine.uncollected(),
                engine.slowPluginCalls(),
                engine.stuck(),
                engine.listenerTroubles());
    }

    private static Optional<String> degraded(Optional<String> files, List<List<String>> more) {
        return Stream.concat(files.stream(), more.stream().flatMap(List::stream))
                .reduce((one, other) -> one + "\n" + other);
    }

    private static List<GenerationInfo> generations(Engine engine) {
        return engine.generations().live().stream()
                .map(generation -> new GenerationInfo(
                        generation.number(),
                        generation.born(),
                        generation.sessions(),
                        PluginReport.of(generation.scan())))
                .toList();
    }

    private static Map<String, Long> byLabel(Map<EndReason, Long> counts) {
        Map<String, Long> labelled = new HashMap<>();
        counts.forEach((end, count) -> labelled.put(end.label(), count));
        return labelled;
    }

    private static BackendInfo backend(Backend backend) {
        String health =
                backend.isUnresolved() ? "unresolved" : backend.health().name().toLowerCase(Locale.ROOT);
        return new BackendInfo(
                backend.toString(),
                backend.transport(),
                health,
                backend.failures(),
                backend.targets().size(),
                backend.usable());
    }
}
