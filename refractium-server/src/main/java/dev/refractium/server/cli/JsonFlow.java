package dev.refractium.server.cli;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import dev.refractium.api.Transport;
import dev.refractium.server.explain.FirstBytes;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One line of {@code identify --json}. Members other than id, transport, segments and client are skipped.
 *
 * @param id the caller's id, as JSON
 * @param client the client's address; empty if the line has none
 */
record JsonFlow(String id, FirstBytes bytes, Optional<InetAddress> client) {
    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException with what is wrong
     */
    static JsonFlow parse(String line) {
        var json = new JsonReader(new StringReader(line));
        json.setStrictness(Strictness.STRICT);
        try {
            JsonFlow flow = object(json);
            if (json.peek() != JsonToken.END_DOCUMENT) {
                throw new IllegalArgumentException("something follows the object; write one a line");
            }
            return flow;
        } catch (IOException e) {
            throw new IllegalArgumentException("no JSON, at " + json.getPath(), e);
        }
    }

    private static JsonFlow object(JsonReader json) throws IOException {
        require(json, JsonToken.BEGIN_OBJECT, "an object");
        json.beginObject();
        String id = "null";
        Transport transport = null;
        List<byte[]> segments = null;
        InetAddress client = null;
        while (json.hasNext()) {
            switch (json.nextName()) {
                case "id" -> id = id(json);
                case "transport" -> transport = transport(json);
                case "segments" -> segments = segments(json);
                case "client" -> client = client(json);
                default -> json.skipValue();
            }
        }
        json.endObject();
        return new JsonFlow(
                id,
                new FirstBytes(present("transport", transport), present("segments", segments)),
                Optional.ofNullable(client));
    }

    private static <T> T present(String name, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException("\"" + name + "\" is missing");
        }
        return value;
    }

    private static String id(JsonReader json) throws IOException {
        JsonToken token = json.peek();
        if (token == JsonToken.NUMBER) {
            return json.nextString();
        }
        if (token == JsonToken.NULL) {
            json.nextNull();
            return "null";
        }
        require(json, JsonToken.STRING, "a string or a number");
        StringWriter text = new StringWriter();
        new JsonWriter(text).value(json.nextString()).flush();
        return text.toString();
    }

    private static Transport transport(JsonReader json) throws IOException {
        require(json, JsonToken.STRING, "\"tcp\" or \"udp\"");
        String place = json.getPath();
        return switch (json.nextString()) {
            case "tcp" -> Transport.TCP;
            case "udp" -> Transport.UDP;
            default -> throw new IllegalArgumentException(place + " must be \"tcp\" or \"udp\"");
        };
    }

    private static InetAddress client(JsonReader json) throws IOException {
        require(json, JsonToken.STRING, "an address, as \"10.1.2.3\"");
        String place = json.getPath();
        try {
            return IdentifyCommand.address(json.nextString());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(place + " " + e.getMessage(), e);
        }
    }

    private static List<byte[]> segments(JsonReader json) throws IOException {
        require(json, JsonToken.BEGIN_ARRAY, "an array of strings");
        List<byte[]> segments = new ArrayList<>();
        json.beginArray();
        while (json.hasNext()) {
            String wanted = "a string of hexadecimal digits, two a byte";
            require(json, JsonToken.STRING, wanted);
            String place = json.getPath();
            try {
                segments.add(HexFormat.of().parseHex(json.nextString()));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(place + " must be " + wanted, e);
            }
        }
        json.endArray();
        return segments;
    }

    private static void require(JsonReader json, JsonToken wanted, String called) throws IOException {
        if (json.peek() != wanted) {
            throw new IllegalArgumentException(json.getPath() + " must be " + called);
        }
    }
}
