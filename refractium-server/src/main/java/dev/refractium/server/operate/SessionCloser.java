package dev.refractium.server.operate;

import dev.refractium.server.control.CloseRequest;
import dev.refractium.server.control.RequestRefusedException;
import dev.refractium.server.engine.Engine;
import dev.refractium.server.engine.ReloadThread;
import dev.refractium.server.route.Route;
import dev.refractium.server.session.EndReason;
import dev.refractium.server.session.Session;
import dev.refractium.server.session.Sessions;
import dev.refractium.server.text.Escape;
import dev.refractium.server.upstream.Pool;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes the sessions that an operator names, now or later. Any thread. */
public final class SessionCloser {
    private static final Logger log = LoggerFactory.getLogger(SessionCloser.class);

    private final Engine engine;
    private final ReloadThread later;

    public SessionCloser(Engine engine, ReloadThread later) {
        this.engine = engine;
        this.later = later;
    }

    /**
     * Ends the sessions that are named and alive now. Sessions that begin after the request are not affected.
     *
     * @return the number of sessions
     */
    int close(CloseRequest request) throws RequestRefusedException {
        Sessions sessions = engine.sessions();
        long newest = sessions.newestId();
        Predicate<Session> named = named(request);
        Predicate<Session> meant = session -> session.id() <= newest && named.test(session);
        if (request.after().isZero()) {
            return sessions.cut(meant, EndReason.CLOSED_BY_OPERATOR);
        }
        int count = sessions.count(meant);
        if (!later.after(request.after().toMillis(), () -> end(request, meant))) {
            throw new RequestRefusedException("the server is ending, and its sessions within its drain timeout;"
                    + " leave out --after to close them now");
        }
        return count;
    }

    /**
     * Ends the sessions that are connected to a server.
     *
     * @param pools only those that these pools sent there; empty: all
     * @return the number of sessions
     */
    int close(Optional<Set<Pool>> pools, String server) {
        Optional<Set<String>> routes = pools.map(some -> engine.current().routes().stream()
                .filter(route -> some.contains(route.pool()))
                .map(Route::name)
                .collect(Collectors.toSet()));
        Predicate<Session> theirs = session -> {
            String route = session.route();
            return routes.isEmpty() || (route != null && routes.get().contains(route));
        };
        return engine.sessions()
                .leave(theirs, target -> target.source().toString().equals(server), EndReason.CLOSED_BY_OPERATOR);
    }

    private void end(CloseRequest request, Predicate<Session> meant) {
        int count = engine.sessions().cut(meant, EndReason.CLOSED_BY_OPERATOR);
        log.info(
                "sessions ended reason={} {}={} count={}",
                EndReason.CLOSED_BY_OPERATOR.label(),
                request.what(),
                Escape.quoted(request.name()),
                count);
    }

    private Predicate<Session> named(CloseRequest request) throws RequestRefusedException {
        String name = request.name();
        return switch (request.what()) {
            case SESSION -> {
                Predicate<Session> is = session -> Long.toString(session.id()).equals(name);
                if (engine.sessions().count(is) == 0) {
                    throw UnknownName.refusal("session", name, sessions());
                }
                yield is;
            }
            case ROUTE -> {
                Set<String> routes = routes();
                if (!routes.contains(name)) {
                    throw UnknownName.refusal("route", name, routes);
                }
                yield session -> name.equals(session.route());
            }
            case GENERATION -> {
                List<String> alive = generations();
                if (!alive.contains(name)) {
                    throw UnknownName.refusal("generation", name, alive);
                }
                yield session -> Long.toString(session.generation()).equals(name);
            }
        };
    }

    private List<String> sessions() {
        return live().sorted(Comparator.comparingLong(Session::id))
                .map(session -> session.id() + (session.route() == null ? "" : " (" + session.route() + ")"))
                .toList();
    }

    /** Returns the routes of the table, and those that only older sessions have. */
    private Set<String> routes() {
        return Stream.concat(
                        engine.current().routes().stream().map(Route::name),
                        live().map(Session::route).filter(Objects::nonNull))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private List<String> generations() {
        return engine.generations().live().stream()
                .map(generation -> Long.toString(generation.number()))
                .toList();
    }

    private Stream<Session> live() {
        return StreamSupport.stream(engine.sessions().all().spliterator(), false);
    }
}
