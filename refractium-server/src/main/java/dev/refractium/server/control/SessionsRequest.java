package dev.refractium.server.control;

import dev.refractium.server.text.Escape;
import dev.refractium.server.text.Network;
import dev.refractium.server.text.Words;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which live sessions to list.
 *
 * @param limit how many at most
 * @param after only those with a higher id; 0: all
 */
public record SessionsRequest(Filter filter, Sort sort, int limit, long after) {
    /** How many sessions an answer lists at most. */
    public static final int MOST = 1_000;

    private static final String ROUTE = "route";
    private static final String CLIENT = "client";
    private static final String BACKEND = "backend";
    private static final String LISTENER = "listener";
    private static final String SORT = "sort";
    private static final String LIMIT = "limit";
    private static final String AFTER = "after";

    /** The orders that sessions can be listed in. */
    public enum Sort {
        /** The oldest first. Pages can follow. */
        AGE,
        /** Those first that have moved the most bytes. No page follows. */
        BYTES
    }

    /**
     * What sessions must have; empty: anything.
     *
     * @param route its name, as the status has it
     * @param client the network of the client's address
     * @param backend its name, as the status has it
     * @param listener its name
     */
    public record Filter(
            Optional<String> route, Optional<Network> client, Optional<String> backend, Optional<String> listener) {
        /** Takes all sessions. */
        public static final Filter NONE =
                new Filter(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** @throws IllegalArgumentException with what is wrong */
    public SessionsRequest {
        if (limit < 1 || limit > MOST) {
            throw new IllegalArgumentException("limit " + limit + " is out of range; use 1 to " + MOST);
        }
        if (after < 0 || (after > 0 && sort != Sort.AGE)) {
            throw new IllegalArgumentException("after " + after + " goes with no order but age, and is an id");
        }
    }

    /** Returns the request for the sessions after this id. */
    public SessionsRequest from(long id) {
        return new SessionsRequest(filter, sort, limit, id);
    }

    /** Returns the request as it is sent. */
    String line() {
        Map<String, Object> arguments = new LinkedHashMap<>();
        filter.route().ifPresent(name -> arguments.put(ROUTE, name));
        filter.client().ifPresent(network -> arguments.put(CLIENT, network.toString()));
        filter.backend().ifPresent(name -> arguments.put(BACKEND, name));
        filter.listener().ifPresent(name -> arguments.put(LISTENER, name));
        arguments.put(SORT, sort);
        arguments.put(LIMIT, limit);
        arguments.put(AFTER, after);
        return "sessions " + Json.of(arguments);
    }

    /**
     * Reads what follows the word {@code sessions}.
     *
     * @throws IllegalArgumentException with what is wrong
     */
    static SessionsRequest parse(String text) {
        Arguments arguments =
                Arguments.parse(text).requireKnown(Set.of(ROUTE, CLIENT, BACKEND, LISTENER, SORT, LIMIT, AFTER));
        return new SessionsRequest(
                new Filter(
                        arguments.text(ROUTE),
                        arguments.text(CLIENT).map(Network::parse),
                        arguments.text(BACKEND),
                        arguments.text(LISTENER)),
                sort(arguments.text(SORT).orElse("age")),
                (int) Math.max(0, Math.min(arguments.number(LIMIT).orElse((long) MOST), Integer.MAX_VALUE)),
                arguments.number(AFTER).orElse(0L));
    }

    private static Sort sort(String said) {
        return Stream.of(Sort.values())
                .filter(each -> Words.of(each).equals(said))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "there is no order " + Escape.quoted(said) + "; there are age, bytes"));
    }
}
