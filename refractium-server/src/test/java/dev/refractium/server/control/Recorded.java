package dev.refractium.server.control;

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
    public StatusReport status() {
        asked.add("status");
        return report("a\u001b[31m\"b\\c");
    }

    @Override
    public ReloadReport reload() throws RequestRefusedException {
        asked.add("reload");
        try {
            reloading.await();
        } catch (InterruptedException e) {
            throw new RequestRefusedException("ends");
        }
        return new ReloadReport(SINCE, ReloadReport.Outcome.REFUSED, 3, List.of("t:1:1: server.port: is wrong"));
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

    static StatusReport report(String reason) {
        return new StatusReport(
                StatusReport.State.DEGRADED,
                List.of(reason),
                42,
                SINCE,
                3,
                Optional.of("refractium.toml"),
                List.of(new StatusReport.Listener("tcp", "127.0.0.1:1")),
                List.of(new StatusReport.Generation(3, SINCE, 5, Map.of("1m", 5))),
                List.of(new StatusReport.Route("http", "tcp", List.of("127.0.0.1:2"), 5)),
                List.of(new StatusReport.Plugin(
                        "x.jar",
                        Optional.of("x"),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        List.of(),
                        Optional.of("cut short"))),
                0,
                List.of(new StatusReport.Backend("127.0.0.1:2", "tcp", "up", 0, 1, 1)),
                Optional.of(new ReloadReport(SINCE, ReloadReport.Outcome.APPLIED, 3, List.of())),
                Map.of("b", 2L, "a", 1L));
    }
}
