package dev.refractium.conformance;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Probes with what the proxy claims about each, to be sent to one server after the other. */
final class Comparison {
    /** How long a server may think about a probe that the proxy understands. */
    private static final Duration PATIENCE = Duration.ofMillis(500);

    /** A probe of which the proxy claims nothing is counted only. */
    private static final Duration IMPATIENCE = Duration.ofMillis(150);

    private final List<Probe> probes;
    private final List<Claim> claims;
    private final Reading reading;

    /** @param proxy is asked at once, and not kept */
    Comparison(List<Probe> probes, Proxy proxy, Reading reading) {
        this.probes = List.copyOf(probes);
        this.claims = probes.stream().map(probe -> proxy.claim(probe.bytes())).toList();
        this.reading = reading;
    }

    /** Sends every probe to the server and returns the outcomes. */
    Tally against(Server server) throws InterruptedException {
        Tally tally = new Tally(server.name());
        AtomicInteger next = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(server.parallel());
        try {
            List<Future<?>> workers = new ArrayList<>();
            for (int i = 0; i < server.parallel(); i++) {
                workers.add(threads.submit(() -> work(server, next, tally)));
            }
            for (Future<?> worker : workers) {
                worker.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a fault of the harness at " + server.name(), e);
        } finally {
            threads.shutdownNow();
        }
        return tally;
    }

    private void work(Server server, AtomicInteger next, Tally tally) {
        for (int i = next.getAndIncrement(); i < probes.size(); i = next.getAndIncrement()) {
            Probe probe = probes.get(i);
            Claim claim = claims.get(i);
            try {
                Duration patience = claim instanceof Claim.Nothing ? IMPATIENCE : PATIENCE;
                Served served = Wire.exchange(server.address(), probe.bytes(), reading, patience);
                tally.add(probe, claim, served, Outcome.of(known(claim, server), served));
            } catch (IOException e) {
                tally.addBroken();
            }
        }
    }

    /** Returns the claim; for a server that has no host of the claimed name, the claim that its default host fits. */
    private static Claim known(Claim claim, Server server) {
        return claim instanceof Claim.Named named && !server.names().contains(named.name())
                ? new Claim.Unnamed()
                : claim;
    }
}
