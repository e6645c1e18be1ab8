package dev.refractium.server.admin;

import com.sun.net.httpserver.Headers;
import dev.refractium.server.control.Administration;
import dev.refractium.server.control.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The page that shows the server in a browser: its files, which anybody may read, and its data, which may need a token.
 * Any thread.
 */
final class Page implements AutoCloseable {
    /** What a browser lets the page do: run its own script, and ask this listener. */
    static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self';"
                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final long KEPT_NANOS = Duration.ofMillis(500).toNanos();
    private static final String DATA = "/api/";
    private static final String BEARER = "Bearer ";

    private static final Map<String, Reply> FILES = Map.of(
            "/", file("page.html", "text/html; charset=utf-8"),
            "/page.js", file("page.js", "text/javascript; charset=utf-8"),
            "/page.css", file("page.css", "text/css; charset=utf-8"),
            "/uplot.js", file("uplot.js", "text/javascript; charset=utf-8"),
            "/uplot.css", file("uplot.css", "text/css; charset=utf-8"),
            "/icon.svg", file("icon.svg", "image/svg+xml"));

    private final Administration administration;
    private final Optional<Predicate<String>> token;
    private final HistoryThread history;

    /** What was sent last, by its name. Guarded by this. */
    private final Map<String, Kept> kept = new HashMap<>();

    /** @param at when it was made, by {@link System#nanoTime} */
    private record Kept(Reply reply, long at) {}

    /** @param token accepts the token that the data needs; empty: it needs none */
    Page(Administration administration, Optional<Predicate<String>> token) {
        this.administration = administration;
        this.token = token;
        this.history = new HistoryThread(administration);
    }

    private static Reply file(String name, String type) {
        try (InputStream file = Page.class.getResourceAsStream(name)) {
            return new Reply(200, type, Objects.requireNonNull(file, name).readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Answers a request; empty if there is nothing at this path. */
    Optional<Reply> reply(String path, Headers request) {
        if (!path.startsWith(DATA)) {
            return Optional.ofNullable(FILES.get(path));
        }
        if (!isAllowed(request.getFirst("Authorization"))) {
            return Optional.of(Reply.of(401, "the token of token_file is needed, as \"Authorization: Bearer TOKEN\""));
        }
        return kept(path.substring(DATA.length()));
    }

    /** Returns data that is at most half a second old: many visitors cost no more than one. */
    private synchronized Optional<Reply> kept(String name) {
        long now = System.nanoTime();
        Kept last = kept.get(name);
        if (last != null && now - last.at() < KEPT_NANOS) {
            return Optional.of(last.reply());
        }
        Optional<Reply> made = data(name).map(Json::of).map(Reply::json);
        made.ifPresent(reply -> kept.put(name, new Kept(reply, now)));
        return made;
    }

    private Optional<Object> data(String name) {
        return switch (name) {
            case "status" -> Optional.of(administration.status());
            case "measures" -> Optional.of(administration.measures());
            case "history" -> Optional.of(history.report());
            case "samples" -> Optional.of(administration.samples());
            case "recent" -> Optional.of(administration.recent());
            default -> Optional.empty();
        };
    }

    private boolean isAllowed(@Nullable String authorization) {
        return token.isEmpty()
                || (authorization != null
                        && authorization.startsWith(BEARER)
                        && token.get().test(authorization.substring(BEARER.length())));
    }

    @Override
    public void close() {
        history.close();
    }
}
