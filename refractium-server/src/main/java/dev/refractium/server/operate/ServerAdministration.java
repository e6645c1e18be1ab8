package dev.refractium.server.operate;

import dev.refractium.server.config.ConfigException;
import dev.refractium.server.config.Problem;
import dev.refractium.server.control.Administration;
import dev.refractium.server.control.BackendAnswer;
import dev.refractium.server.control.BackendRequest;
import dev.refractium.server.control.CloseRequest;
import dev.refractium.server.control.ListenerOffer;
import dev.refractium.server.control.RequestRefusedException;
import dev.refractium.server.control.SamplesRequest;
import dev.refractium.server.control.SessionsRequest;
import dev.refractium.server.engine.Engine;
import dev.refractium.server.engine.EnvironmentException;
import dev.refractium.server.engine.ReloadThread;
import dev.refractium.server.reload.ReloadCause;
import dev.refractium.server.reload.ReloadQueue;
import dev.refractium.server.report.LiveSessions;
import dev.refractium.server.report.Measures;
import dev.refractium.server.report.Recent;
import dev.refractium.server.report.Reload;
import dev.refractium.server.report.Reload.Outcome;
import dev.refractium.server.report.Samples;
import dev.refractium.server.report.Status;
import dev.refractium.server.route.Route;
import dev.refractium.server.upstream.Pool;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** Answers the requests of an operator. Any thread. */
public final class ServerAdministration implements Administration {
    private final ServerParts server;
    private final Engine engine;
    private final SessionCloser closing;
    private final BackendOrders orders;
    private final ReloadThread later;
    private final BooleanSupplier closed;
    private final StatusReader status;
    private final MeasuresReader measures;
    private final Succession succession;
    private final SessionLister sessions;
    private final SampleKeeper samples;
    private final RecentReader recent;

    /**
     * @param later runs what is ordered for later
     * @param closed returns whether the server is closing or closed
     */
    public ServerAdministration(ServerParts server, BackendOrders orders, ReloadThread later, BooleanSupplier closed) {
        this.server = server;
        this.engine = server.engine();
        this.closing = new SessionCloser(engine, later);
        this.succession = new Succession(engine);
        this.orders = orders;
        this.later = later;
        this.closed = closed;
        StartTime start = new StartTime(Instant.now(), System.nanoTime());
        this.status = new StatusReader(server, orders, start, closed);
        this.measures = new MeasuresReader(server);
        this.sessions = new SessionLister(engine.sessions());
        this.samples = new SampleKeeper(engine.sessions().samples(), Instant::now);
        this.recent = new RecentReader(engine.sessions(), start);
        orders.endLater(later);
    }

    @Override
    public Status status() {
        return status.read();
    }

    @Override
    public List<String> unready() {
        List<String> reasons = new ArrayList<>(status.unready());
        List<String> awaited = engine.awaitedChecks();
        if (!awaited.isEmpty()) {
            reasons.add("health checks without a first result: " + awaited.size() + ", as that of " + awaited.get(0)
                    + "; five seconds after the start the server is ready without them");
        }
        return reasons;
    }

    @Override
    public Measures measures() {
        return measures.read();
    }

    @Override
    public LiveSessions sessions(SessionsRequest request) {
        return sessions.list(request);
    }

    @Override
    public Samples samples() {
        return samples.read();
    }

    @Override
    public Samples sample(SamplesRequest request, String by) {
        return samples.keep(request, by);
    }

    @Override
    public Recent recent() {
        return recent.read();
    }

    @Override
    public long stuckMs() {
        return engine.stuckMs();
    }

    @Override
    public Reload reload(boolean force) throws RequestRefusedException {
        if (closed.getAsBoolean()) {
            throw new RequestRefusedException("the server is ending; it accepts no other configuration");
        }
        try {
            ReloadQueue queue = server.reloads().reloader();
            Optional<Long> generation = queue.reloadSoon(
                    force ? ReloadCause.FORCED : ReloadCause.ASKED,
                    server.resources().calls()::underWay);
            if (generation.isEmpty()) {
                throw new RequestRefusedException(
                        obstacle() + "; your reload is queued, and `refractium status` shows its result");
            }
            return new Reload(Instant.now(), Outcome.APPLIED, generation.get(), List.of());
        } catch (ConfigException e) {
            return refused(e.problems().stream().map(Problem::toString).toList());
        } catch (EnvironmentException e) {
            return refused(List.of(String.valueOf(e.getMessage())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RequestRefusedException("the server is ending; it accepts no other configuration");
        }
    }

    @Override
    public int close(CloseRequest request) throws RequestRefusedException {
        return closing.close(request);
    }

    @Override
    public BackendAnswer order(BackendRequest request, String by) throws RequestRefusedException {
        Set<Pool> pools = engine.current().routes().stream().map(Route::pool).collect(Collectors.toSet());
        return orders.order(request, by, pools, closing::close, later);
    }

    @Override
    public ListenerOffer offer() throws RequestRefusedException {
        if (closed.getAsBoolean()) {
            throw new RequestRefusedException("the server is ending; start another without --take-over");
        }
        return succession.offer();
    }

    /** Sets what is run once the listeners have been left to another process. */
    public void onTakenOver(Runnable step) {
        succession.onTaken(step);
    }

    /** Returns what keeps the thread that reloads busy, in words. */
    private String obstacle() {
        String kept =
                server.reloads().reloader().isRunning() ? "a reload is under way" : "the thread that reloads is busy";
        return server.resources()
                .calls()
                .underWay()
                .map(call -> kept + ": " + call)
                .orElse(kept);
    }

    private Reload refused(List<String> problems) {
        return new Reload(Instant.now(), Outcome.REFUSED, engine.current().number(), problems);
    }
}
