package dev.refractium.server.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.refractium.server.text.Escape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The answer of a server. Any program may listen at a socket: a member that is missing, or of another type, is a
 * {@link JsonParseException}.
 */
record Answer(JsonObject json) {
    /** Reads a line of JSON. */
    static Answer parse(String text) {
        JsonElement answer = json(text);
        if (!answer.isJsonObject()) {
            throw new JsonParseException("no JSON object");
        }
        return new Answer(answer.getAsJsonObject());
    }

    /** Why the server did nothing; empty if it did what it was asked. */
    Optional<String> error() {
        return optional("error");
    }

    String text(String name) {
        return text(name, json.get(name));
    }

    /** A text that the server may leave out. */
    Optional<String> optional(String name) {
        JsonElement value = json.get(name);
        return value == null || value.isJsonNull() ? Optional.empty() : Optional.of(text(name));
    }

    int number(String name) {
        try {
            return Integer.parseInt(text(name));
        } catch (NumberFormatException e) {
            throw missing(name, e);
        }
    }

    List<String> texts(String name) {
        JsonElement list = json.get(name);
        if (list == null || !list.isJsonArray()) {
            throw missing(name, null);
        }
        List<String> texts = new ArrayList<>();
        list.getAsJsonArray().forEach(element -> texts.add(text(name, element)));
        return texts;
    }

    /** One line, in which nothing is invisible. */
    String line() {
        return Escape.json(json.toString());
    }

    private static JsonElement json(String text) {
        try {
            return JsonParser.parseString(text);
        } catch (JsonParseException e) {
            throw new JsonParseException("no JSON", e);
        }
    }

    private static String text(String name, @Nullable JsonElement value) {
        if (value == null || !value.isJsonPrimitive()) {
            throw missing(name, null);
        }
        return value.getAsString();
    }

    private static JsonParseException missing(String name, @Nullable Throwable cause) {
        return new JsonParseException("without the member " + name, cause);
    }
}
