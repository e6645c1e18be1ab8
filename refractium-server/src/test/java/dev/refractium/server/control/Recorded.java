package dev.refractium.server.control;

import dev.refractium.server.report.HookCounts;
import dev.refractium.server.report.LiveSessions;
import dev.refractium.server.report.Measures;
import dev.refractium.server.report.Plugin;
import dev.refractium.server.report.Recent;
import dev.refractium.server.report.Reload;
import dev.refractium.server.report.Samples;
import dev.refractium.server.report.Status;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/** A server that only records the requests. Any thread. */
final class Recorded implements Administration {
    static final Instant SINCE = Instant.parse("2026-11-23T10:00:00Z");

    final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();

    /** Released to let a reload return. */
    final CountDownLatch reloading = new CountDownLatch(1);

    @Override
    public Status status() {
        asked.add("status");
        return report("a\u001b[31m\"b\\c");
    }

    @Override
    public Recent recent() {
        return new Recent(List.of());
    }

    @Override
    public long stuckMs() {
        return 0;
    }

    @Override
    public List<String> unready() {
        return List.of();
    }

    @Override
    public Measures measures() {
        asked.add("measures");
        Measures.Histogram none = new Measures.Histogram(List.of(), List.of(0L), 0);
        return new Measures(
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                new Measures.Overall(true, 1, 2, new Measures.Loops(none, 0), new Measures.Limits(3, 4, 5)));
    }

    @Override
    public LiveSessions sessions(SessionsRequest request) {
        asked.add(request.toString());
        return new LiveSessions(List.of(), Optional.of(9L), 12);
    }

    @Override
    public Samples samples() {
        asked.add("samples");
        return new Samples(
                true,
                Optional.of(SINCE),
                List.of(new Samples.Sample(SINCE, "default", "tcp", "unmatched", "\\x00\"a")));
    }

    @Override
    public Samples sample(SamplesRequest request, String by) {
        asked.add(request + " by " + by);
        return new Samples(false, Optional.empty(), List.of());
    }

    @Override
    public Reload reload(boolean force) throws RequestRefusedException {
        asked.add(force ? "reload by force" : "reload");
        try {
            reloading.await();
        } catch (InterruptedException e) {
            throw new RequestRefusedException("ends");
        }
        return new Reload(SINCE, Reload.Outcome.REFUSED, 3, List.of("t:1:1: server.port: is wrong"));
    }

    @Override
    public int close(CloseRequest request) throws RequestRefusedException {
        asked.add(request.toString());
        if (request.name().equals("broken")) {
            throw new IllegalStateException("a bug");
        }
        if (request.name().equals("none")) {
            throw new RequestRefusedException("there is no route \"none\"");
        }
        return 7;
    }

    @Override
    public BackendAnswer order(BackendRequest request, String by) throws RequestRefusedException {
        asked.add(request + " by " + by);
        return new BackendAnswer(List.of("pool:web"), "as configured", "drained", true, 0);
    }

    @Override
    public ListenerOffer offer() throws RequestRefusedException {
        throw new RequestRefusedException("these sockets cannot be passed on");
    }

    static Status report(String reason) {
        return new Status(
                Status.State.DEGRADED,
                List.of(reason),
                42,
                SINCE,
                3,
                Optional.of("refractium.toml"),
                5,
                List.of(new Status.Listener("default", "tcp", "127.0.0.1:1")),
                List.of(new Status.Generation(3, SINCE, 5, Map.of("1m", 5))),
                List.of(new Status.Route("http", "tcp", Optional.of("pool:web"), List.of("127.0.0.1:2"), 5)),
                List.of(new Plugin(
                        "x.jar",
                        Optional.of("x"),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        List.of(),
                        Optional.of("cut short"))),
                0,
                Map.of("log", new HookCounts(5, 0, 3, 30, 1, 10, 2, true, 0)),
                List.of(new Status.Backend("127.0.0.1:2", "tcp", "up", Optional.of(SINCE), 0, 1, 1, 5, 2, List.of())),
                List.of(new Status.Name("x.test:2", "hosts", 10, 1_000, List.of("127.0.0.1:2"), Optional.empty())),
                List.of(new Status.Pool("pool:web", 3, 1000)),
                new Status.Memory(new Status.Budget(1, 10), new Status.Budget(2, 20)),
                Optional.of(new Reload(SINCE, Reload.Outcome.APPLIED, 3, List.of())),
                Map.of("b", 2L, "a", 1L));
    }
}
