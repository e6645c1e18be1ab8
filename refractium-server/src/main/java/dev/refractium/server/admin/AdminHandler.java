package dev.refractium.server.admin;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.refractium.server.control.Administration;
import dev.refractium.server.metrics.Exposition;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers requests by an {@link Administration}. Nothing changes by them. Any thread. */
final class AdminHandler implements HttpHandler {
    private static final Logger log = LoggerFactory.getLogger(AdminHandler.class);
    private static final long DEAD_MS = 30_000;

    private final KnownHosts hosts;
    private final Administration administration;
    private final RecentReplies metrics = new RecentReplies();
    private final Optional<Page> page;

    /** @param page empty: there is none */
    AdminHandler(KnownHosts hosts, Administration administration, Optional<Page> page) {
        this.hosts = hosts;
        this.administration = administration;
        this.page = page;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            send(exchange, reply(exchange));
        }
    }

    private Reply reply(HttpExchange exchange) {
        if (!hosts.includes(exchange.getRequestHeaders().getFirst("Host"))) {
            return Reply.of(403, "this host is not served; name it by the key hosts of [admin]");
        }
        String method = exchange.getRequestMethod();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            exchange.getResponseHeaders().set("Allow", "GET, HEAD");
            return Reply.of(405, "only GET and HEAD are answered");
        }
        String path = Objects.requireNonNullElse(exchange.getRequestURI().getPath(), "");
        try {
            return switch (path) {
                case "/metrics" -> metrics(exchange.getRequestHeaders());
                case "/live" -> live();
                case "/ready" -> ready();
                default -> page(path, exchange.getRequestHeaders());
            };
        } catch (RuntimeException e) {
            log.warn("admin request failed path={}", path, e);
            return Reply.of(500, "the server's log says why");
        }
    }

    private Reply metrics(Headers request) {
        String accept = String.join(",", request.getOrDefault("Accept", List.of()));
        return metrics.get(Exposition.format(accept), () -> {
            Exposition page = Exposition.of(administration.status(), administration.measures(), accept);
            return new Reply(200, page.contentType(), page.body());
        });
    }

    private Reply page(String path, Headers request) {
        return page.flatMap(there -> there.reply(path, request))
                .orElseGet(() -> Reply.of(
                        404, "there are /metrics, /live and /ready" + (page.isPresent() ? ", and the page at /" : "")));
    }

    private Reply live() {
        boolean dead = administration.stuckMs() >= DEAD_MS;
        return dead ? Reply.of(503, "an event loop does not answer") : Reply.of(200, "live");
    }

    private Reply ready() {
        List<String> reasons = administration.unready();
        return reasons.isEmpty() ? Reply.of(200, "ready") : Reply.of(503, String.join("\n", reasons));
    }

    private static void send(HttpExchange exchange, Reply reply) throws IOException {
        Headers headers = exchange.getResponseHeaders();
        // A connection that is kept alive would hold its place for as long as its client likes.
        headers.set("Connection", "close");
        headers.set("Content-Type", reply.type);
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Content-Security-Policy", Page.POLICY);
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        headers.set("Referrer-Policy", "no-referrer");
        if (reply.status == 401) {
            headers.set("WWW-Authenticate", "Bearer");
        }
        if (exchange.getRequestMethod().equals("HEAD")) {
            headers.set("Content-Length", String.valueOf(reply.body.length));
            exchange.sendResponseHeaders(reply.status, -1);
        } else {
            exchange.sendResponseHeaders(reply.status, reply.body.length);
            exchange.getResponseBody().write(reply.body);
        }
    }
}
