package dev.refractium.server.operate;

import dev.refractium.api.Transport;
import dev.refractium.server.engine.Engine;
import dev.refractium.server.reload.Plans;
import dev.refractium.server.reload.PluginReport;
import dev.refractium.server.reload.ReloadAttempt;
import dev.refractium.server.reload.ReloadQueue;
import dev.refractium.server.report.BackendInfo;
import dev.refractium.server.report.GenerationInfo;
import dev.refractium.server.report.Status;
import dev.refractium.server.session.End;
import dev.refractium.server.session.Sessions;
import dev.refractium.server.upstream.Source;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Takes the {@link Status} of a running server. Any thread. */
public final class StatusReader {
    private StatusReader() {}

    public static Status of(ServerParts server) {
        Engine engine = server.engine();
        ReloadAttempt reloading = server.reloads();
        ReloadQueue reloader = reloading.reloader();
        Sessions sessions = engine.sessions();
        return new Status(
                engine.listeners().address(Transport.TCP),
                engine.listeners().address(Transport.UDP),
                sessions.live(),
                sessions.bytes(),
                engine.relayHeld(),
                byLabel(sessions.ends()),
                byLabel(sessions.fallbacks()),
                server.resources().backends().all().stream()
                        .map(StatusReader::backend)
                        .toList(),
                Plans.of(engine.current(), server.request(), List.of()),
                generations(engine),
                reloader.last(),
                degraded(
                        reloader.degraded(),
                        List.of(
                                reloading.rollback().reasons(),
                                server.resources().calls().hanging(),
                                engine.unapplied())),
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

    private static Map<String, Long> byLabel(Map<End, Long> counts) {
        Map<String, Long> labelled = new HashMap<>();
        counts.forEach((end, count) -> labelled.put(end.label(), count));
        return labelled;
    }

    private static BackendInfo backend(Source backend) {
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
