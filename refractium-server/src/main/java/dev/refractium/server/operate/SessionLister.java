package dev.refractium.server.operate;

import dev.refractium.server.control.SessionsRequest;
import dev.refractium.server.control.SessionsRequest.Filter;
import dev.refractium.server.control.SessionsRequest.Sort;
import dev.refractium.server.report.LiveSessions;
import dev.refractium.server.session.ProtocolMeter;
import dev.refractium.server.session.Session;
import dev.refractium.server.session.Sessions;
import dev.refractium.server.text.Addresses;
import dev.refractium.server.text.Network;
import dev.refractium.server.text.Networks;
import dev.refractium.server.upstream.Target;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Lists live sessions in one pass, which costs their loops nothing. Any thread, but no event loop. */
final class SessionLister {
    private static final Comparator<Ranked> ORDER =
            Comparator.comparingLong(Ranked::rank).thenComparingLong(ranked -> ranked.session().id());

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
        Networks clients = Networks.of(filter.client().map(List::of).orElse(List.<Network>of()));
        return session -> filter.route().map(name -> name.equals(session.route())).orElse(true)
                && (clients.isEmpty() || isOf(clients, session))
                && filter.backend()
                        .map(name -> name.equals(backend(session).orElse("")))
                        .orElse(true)
                && filter.listener()
                        .map(name -> name.equals(session.meter().protocol().listener().name()))
                        .orElse(true);
    }

    private static boolean isOf(Networks clients, Session session) {
        InetAddress client = Addresses.internet(session.client());
        return client != null && clients.contains(client);
    }

    private static Optional<String> backend(Session session) {
        @Nullable Target target = session.target();
        return target == null ? Optional.empty() : Optional.of(target.source().toString());
    }

    private static LiveSessions.Session row(Session session) {
        ProtocolMeter protocol = session.meter().protocol();
        return new LiveSessions.Session(
                session.id(),
                session.transport().name().toLowerCase(Locale.ROOT),
                protocol.listener().name(),
                Addresses.text(session.client()),
                session.peer().equals(session.client())
                        ? Optional.empty()
                        : Optional.of(Addresses.text(session.peer())),
                protocol.name(),
                Optional.ofNullable(session.route()),
                backend(session),
                session.stageName(),
                session.ageMs(),
                session.fromClient(),
                session.fromBackend(),
                session.generation());
    }
}
