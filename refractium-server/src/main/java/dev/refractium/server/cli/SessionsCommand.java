package dev.refractium.server.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.refractium.server.control.ControlClient;
import dev.refractium.server.control.SessionsRequest;
import dev.refractium.server.control.SessionsRequest.Filter;
import dev.refractium.server.control.SessionsRequest.Sort;
import dev.refractium.server.text.Network;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Lists the live sessions of a running server. */
@Command(
        name = "sessions",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description =
                "Lists the live sessions of a running server: whose they are, where they go, what they have moved.",
        footer = {"", "Exit code: 0 done, 1 if no server answers, 2 usage."})
final class SessionsCommand extends ControlCommand {
    @Option(names = "--route", paramLabel = "R", description = "Only the route's, as the status names it.")
    private @Nullable String route;

    @Option(
            names = "--client",
            paramLabel = "CIDR",
            converter = Prefix.class,
            description = "Only those whose client is in this network, as 10.0.0.0/8, or has this address.")
    private @Nullable Network client;

    @Option(names = "--backend", paramLabel = "B", description = "Only the backend's, as the status names it.")
    private @Nullable String backend;

    @Option(names = "--listener", paramLabel = "L", description = "Only those that came to this listener.")
    private @Nullable String listener;

    @Option(names = "--limit", paramLabel = "N", description = "How many at most; without it, all.")
    private int limit = Integer.MAX_VALUE;

    @Option(
            names = "--sort",
            paramLabel = "age|bytes",
            converter = Order.class,
            description = "The oldest first, or the 1000 at most that have moved the most bytes; without it, by age.")
    private Sort sort = Sort.AGE;

    private static final class Prefix implements ITypeConverter<Network> {
        @Override
        public Network convert(String text) {
            try {
                return Network.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    private static final class Order implements ITypeConverter<Sort> {
        @Override
        public Sort convert(String word) {
            return switch (word) {
                case "age" -> Sort.AGE;
                case "bytes" -> Sort.BYTES;
                default -> throw new TypeConversionException("'" + word + "' is no order; write age or bytes");
            };
        }
    }

    @Override
    Request request() {
        if (limit < 1) {
            throw new IllegalArgumentException("--limit " + limit + " is out of range; use 1 or more");
        }
        Filter filter = new Filter(
                Optional.ofNullable(route),
                Optional.ofNullable(client),
                Optional.ofNullable(backend),
                Optional.ofNullable(listener));
        return server -> pages(server, filter);
    }

    /** Requests pages until there are as many sessions as are wanted; returns them as one answer. */
    private String pages(ControlClient server, Filter filter) throws IOException {
        JsonArray sessions = new JsonArray();
        long after = 0;
        while (true) {
            int most = Math.min(SessionsRequest.MOST, limit - sessions.size());
            JsonObject page = Answer.parse(server.sessions(new SessionsRequest(filter, sort, most, after)))
                    .json();
            if (page.has("error")) {
                return page.toString();
            }
            JsonValues.objects(page, "sessions").forEach(sessions::add);
            long next = JsonValues.number(page, "next");
            if (next <= after || sessions.size() >= limit) {
                page.add("sessions", sessions);
                return page.toString();
            }
            after = next;
        }
    }

    @Override
    int answered(Answer answer, ControlClient server, PrintWriter people) {
        int total = answer.number("total");
        Table table = new Table()
                .row(
                        "ID",
                        "TRANSPORT",
                        "LISTENER",
                        "CLIENT",
                        "PROTOCOL",
                        "ROUTE",
                        "BACKEND",
                        "STAGE",
                        "AGE",
                        "FROM CLIENT",
                        "FROM BACKEND",
                        "GENERATION");
        for (JsonObject session : JsonValues.objects(answer.json(), "sessions")) {
            table.row(
                    JsonValues.text(session, "id"),
                    JsonValues.text(session, "transport"),
                    JsonValues.text(session, "listener"),
                    client(session),
                    protocol(session),
                    JsonValues.text(session, "route"),
                    JsonValues.text(session, "backend"),
                    JsonValues.text(session, "stage"),
                    Amounts.age(JsonValues.number(session, "age_ms")),
                    JsonValues.text(session, "from_client"),
                    JsonValues.text(session, "from_backend"),
                    JsonValues.text(session, "generation"));
        }
        int shown = table.rows() - 1;
        if (shown > 0) {
            table.print(people, "");
        }
        people.println(shown + " of " + total + (total == 1 ? " session" : " sessions"));
        return ExitCode.OK;
    }

    /** Returns the client, and the proxy that has passed it on. */
    static String client(JsonObject session) {
        String peer = JsonValues.text(session, "peer");
        return JsonValues.text(session, "client") + (peer.equals(JsonValues.NONE) ? "" : " by " + peer);
    }

    static String protocol(JsonObject session) {
        String protocol = JsonValues.text(session, "protocol");
        return protocol.isEmpty() ? JsonValues.NONE : protocol;
    }
}
