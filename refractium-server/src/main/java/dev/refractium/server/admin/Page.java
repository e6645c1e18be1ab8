package dev.refractium.server.admin;

import com.sun.net.httpserver.Headers;
import dev.refractium.server.control.Administration;
import dev.refractium.server.control.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
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

    private final RecentReplies data = new RecentReplies();

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
        String name = path.substring(DATA.length());
        return data(name).map(made -> data.get(name, () -> Reply.json(Json.of(made.get()))));
    }

    /** Returns what makes the data of this name; empty if there is none. */
    private Optional<Supplier<Object>> data(String name) {
        return switch (name) {
            case "status" -> Optional.of(administration::status);
            case "measures" -> Optional.of(administration::measures);
            case "history" -> Optional.of(history::report);
            case "samples" -> Optional.of(administration::samples);
            case "recent" -> Optional.of(administration::recent);
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
