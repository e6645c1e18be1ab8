package dev.refractium.server.operate;

import dev.refractium.server.control.SessionsRequest;
import dev.refractium.server.control.SessionsRequest.Filter;
import dev.refractium.server.control.SessionsRequest.Sort;
import dev.refractium.server.report.LiveSessions;
import dev.refractium.server.session.Session;
import dev.refractium.server.session.Sessions;
import dev.refractium.server.text.Addresses;
import dev.refractium.server.text.Networks;
import dev.refractium.server.text.Words;
import dev.refractium.server.upstream.Target;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Predicate;

/** Lists live sessions in one pass, which costs their loops nothing. Any thread, but no event loop. */
final class SessionLister {
    private static final Comparator<Ranked> ORDER = Comparator.comparingLong(Ranked::rank)
            .thenComparingLong(ranked -> ranked.session().id());

    private final Sessions sessions;

    SessionLister(Sessions sessions) {
        this.sessions = sessions;
    }

    /** @param rank lower ones come first; taken once, since it may change at any time */
    private record Ranked(Session session, long rank) {}

    LiveSessions list(SessionsRequest request) {
        Predicate<Session> wanted = wanted(request.filter());
        PriorityQueue<Ranked> page = new PriorityQueue<>(ORDER.reversed());
        int total = 0;
        boolean more = false;
        for (Session session : sessions.all()) {
            if (!wanted.test(session)) {
                continue;
            }
            total++;
            if (session.id() > request.after()) {
                page.add(new Ranked(session, rank(session, request.sort())));
                if (page.size() > request.limit()) {
                    page.remove();
                    more = true;
                }
            }
        }
        List<LiveSessions.Session> rows =
                page.stream().sorted(ORDER).map(ranked -> row(ranked.session())).toList();
        boolean hasNext = more && request.sort() == Sort.AGE;
        return new LiveSessions(
                rows, hasNext ? Optional.of(rows.get(rows.size() - 1).id()) : Optional.empty(), total);
    }

    private static long rank(Session session, Sort sort) {
        return switch (sort) {
            case AGE -> session.id();
            case BYTES -> -(session.fromClient() + session.fromBackend());
        };
    }

    private static Predicate<Session> wanted(Filter filter) {
        List<Predicate<Session>> all = new ArrayList<>();
        filter.route().ifPresent(name -> all.add(session -> name.equals(session.route())));
        filter.client().map(network -> Networks.of(List.of(network))).ifPresent(some -> all.add(isOf(some)));
        filter.backend()
                .ifPresent(
                        name -> all.add(session -> name.equals(backend(session).orElse(""))));
        filter.listener().ifPresent(name -> all.add(session -> name.equals(listener(session))));
        return all.stream().reduce(session -> true, Predicate::and);
    }

    private static Predicate<Session> isOf(Networks clients) {
        return session -> {
            InetAddress client = Addresses.internet(session.client());
            return client != null && clients.contains(client);
        };
    }

    private static String listener(Session session) {
        return session.meter().protocol().listener().name();
    }

    private static Optional<String> backend(Session session) {
        Target target = session.target();
        return target == null ? Optional.empty() : Optional.of(target.source().toString());
    }

    private static LiveSessions.Session row(Session session) {
        return new LiveSessions.Session(
                session.id(),
                Words.of(session.transport()),
                listener(session),
                Addresses.text(session.client()),
                session.peer().equals(session.client())
                        ? Optional.empty()
                        : Optional.of(Addresses.text(session.peer())),
                session.meter().protocol().name(),
                Optional.ofNullable(session.route()),
                backend(session),
                session.stageName(),
                session.ageMs(),
                session.fromClient(),
                session.fromBackend(),
                session.generation());
    }
}
