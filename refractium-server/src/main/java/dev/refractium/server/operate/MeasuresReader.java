package dev.refractium.server.operate;

import dev.refractium.api.Transport;
import dev.refractium.server.engine.Engine;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.report.Measures;
import dev.refractium.server.route.Route;
import dev.refractium.server.session.EndReason;
import dev.refractium.server.session.ListenerMeter;
import dev.refractium.server.session.ProtocolMeter;
import dev.refractium.server.session.SessionMeter;
import dev.refractium.server.session.TimeHistogram;
import dev.refractium.server.text.Words;
import dev.refractium.server.upstream.Backend;
import dev.refractium.server.upstream.Pool;
import dev.refractium.server.upstream.ResponseTimes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Takes the {@link Measures} of a running server. Any thread. */
final class MeasuresReader {
    private final ServerParts server;
    private final Engine engine;

    MeasuresReader(ServerParts server) {
        this.server = server;
        this.engine = server.engine();
    }

    Measures read() {
        List<Measures.Listener> listeners = new ArrayList<>();
        List<Measures.Times> times = new ArrayList<>();
        List<Measures.Sessions> sessions = new ArrayList<>();
        for (Transport transport : Transport.values()) {
            for (ListenerMeter meter : engine.sessions().meters().listeners(transport)) {
                Measures.Listener listener =
                        new Measures.Listener(meter.name(), Words.of(transport), meter.openedSoFar());
                listeners.add(listener);
                for (ProtocolMeter protocol : meter.protocols()) {
                    times.add(times(listener, protocol));
                    protocol.routes().forEach(route -> sessions.add(sessions(listener, route)));
                }
            }
        }
        return new Measures(listeners, times, sessions, members(engine.current()), process(engine.current()));
    }

    private static Measures.Times times(Measures.Listener listener, ProtocolMeter protocol) {
        return new Measures.Times(
                listener,
                protocol.name(),
                histogram(protocol.identification()),
                histogram(protocol.dial()),
                histogram(protocol.firstByte()));
    }

    private static Measures.Sessions sessions(Measures.Listener listener, SessionMeter meter) {
        Map<String, Long> ended = new TreeMap<>();
        meter.ends().forEach((EndReason why, Long count) -> ended.put(why.label(), count));
        return new Measures.Sessions(
                listener,
                meter.protocol().name(),
                meter.route(),
                new Measures.Counts(
                        meter.live(),
                        meter.routedSoFar(),
                        meter.fromClient().sum(),
                        meter.fromBackend().sum(),
                        ended));
    }

    private static List<Measures.Member> members(Generation current) {
        List<Measures.Member> members = new ArrayList<>();
        for (Transport transport : current.transports()) {
            Set<String> pools = new HashSet<>();
            for (Route route : current.routes(transport)) {
                if (pools.add(route.pool().name())) {
                    route.pool().backends().forEach(backend -> members.add(member(route.pool(), transport, backend)));
                }
            }
        }
        return members;
    }

    private static Measures.Member member(Pool pool, Transport transport, Backend backend) {
        ResponseTimes answers = backend.source().responseTimes();
        return new Measures.Member(
                pool.name(),
                Words.of(transport),
                backend.toString(),
                backend.weight(),
                backend.isLive(),
                new Measures.Durations(answers.sessions(), answers.nanos()));
    }

    private Measures.Overall process(Generation current) {
        List<String> stuck = engine.stuck();
        return new Measures.Overall(
                server.reloads().reloader().degraded().isEmpty()
                        && server.reloads().rollback().reasons().isEmpty()
                        && engine.unapplied().isEmpty(),
                server.reloads().reloader().applied(),
                server.reloads().reloader().refused(),
                new Measures.Loops(histogram(engine.loopDelays()), stuck.size()),
                new Measures.Limits(
                        current.capacity().connections(),
                        current.limits().udp().maxSessions(),
                        current.config().maxSeries()));
    }

    private static Measures.Histogram histogram(TimeHistogram times) {
        return new Measures.Histogram(
                Arrays.stream(TimeHistogram.upperBounds()).boxed().toList(),
                Arrays.stream(times.counts()).boxed().toList(),
                times.sum());
    }
}
