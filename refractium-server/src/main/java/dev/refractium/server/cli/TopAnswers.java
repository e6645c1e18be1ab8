package dev.refractium.server.cli;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import dev.refractium.server.control.ControlClient;
import dev.refractium.server.control.SessionsRequest;
import dev.refractium.server.control.SessionsRequest.Filter;
import dev.refractium.server.control.SessionsRequest.Sort;
import java.io.IOException;

/**
 * What a server answers at one moment, as {@code refractium top} needs it.
 *
 * @param at the moment, by {@link System#nanoTime}
 * @param sessions those that have moved the most bytes
 */
record TopAnswers(long at, JsonObject status, JsonObject measures, JsonObject sessions) {
    /** Asks the server. */
    static TopAnswers of(ControlClient server) throws IOException {
        JsonObject status = json(server.status());
        JsonObject measures = json(server.measures());
        JsonObject sessions =
                json(server.sessions(new SessionsRequest(Filter.NONE, Sort.BYTES, SessionsRequest.MOST, 0)));
        return new TopAnswers(System.nanoTime(), status, measures, sessions);
    }

    private static JsonObject json(String answer) throws IOException {
        Answer parsed = Answer.parse(answer);
        if (parsed.error().isPresent()) {
            throw new IOException(parsed.error().get());
        }
        if (parsed.json().size() == 0) {
            throw new JsonParseException("empty");
        }
        return parsed.json();
    }

    /** Returns how many of something there were in each second since {@code before}. */
    double perSecond(TopAnswers before, long then, long now) {
        double seconds = (at - before.at) / 1e9;
        return seconds > 0 ? Math.max(0, now - then) / seconds : 0;
    }
}
