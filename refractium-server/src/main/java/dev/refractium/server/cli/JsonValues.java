package dev.refractium.server.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Reads the members of an answer, of which a server of another version may lack any. */
final class JsonValues {
    /** What is shown instead of a value that is missing. */
    static final String NONE = "-";

    private static final String NUMBER = "-?[0-9]{1,18}";

    private JsonValues() {}

    /** Returns a text, a number or a truth value as text; a dash if there is none. */
    static String text(JsonObject object, String name) {
        JsonElement value = object.get(name);
        return value == null || !value.isJsonPrimitive() ? NONE : value.getAsString();
    }

    /** Returns texts with commas between them; a dash if there are none. */
    static String joined(JsonObject object, String name) {
        List<String> words = texts(object, name);
        return words.isEmpty() ? NONE : String.join(", ", words);
    }

    private static List<JsonElement> list(JsonObject object, String name) {
        JsonElement value = object.get(name);
        return value == null || !value.isJsonArray()
                ? List.of()
                : value.getAsJsonArray().asList();
    }

    /** Returns the texts of a list. */
    static List<String> texts(JsonObject object, String name) {
        return list(object, name).stream()
                .filter(JsonElement::isJsonPrimitive)
                .map(JsonElement::getAsString)
                .toList();
    }

    /** Returns the objects of a list. */
    static List<JsonObject> objects(JsonObject object, String name) {
        return list(object, name).stream()
                .filter(JsonElement::isJsonObject)
                .map(JsonElement::getAsJsonObject)
                .toList();
    }

    /** Returns an object; an empty one if there is none. */
    static JsonObject object(JsonObject object, String name) {
        JsonElement value = object.get(name);
        return value == null || !value.isJsonObject() ? new JsonObject() : value.getAsJsonObject();
    }

    /** Returns the members of an object. */
    static Set<Map.Entry<String, JsonElement>> members(JsonObject object, String name) {
        return object(object, name).entrySet();
    }

    /** Returns the whole numbers of a list. */
    static Stream<Long> numbers(JsonObject object, String name) {
        return texts(object, name).stream().filter(text -> text.matches(NUMBER)).map(Long::valueOf);
    }

    /** Returns a whole number; 0 if there is none. */
    static long number(JsonObject object, String name) {
        String text = text(object, name);
        return text.matches(NUMBER) ? Long.parseLong(text) : 0;
    }
}
