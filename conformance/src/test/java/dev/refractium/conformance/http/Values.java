package dev.refractium.conformance.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/** The lists of {@code heads.txt}, each byte as the character of the same number. */
final class Values {
    private static final Pattern CHARACTER = Pattern.compile("\\\\u([0-9a-f]{4})");
    private static final Pattern REPEATED = Pattern.compile("(?s)\\{([^{}]+)\\*(\\d+)\\}");
    private static final Map<String, List<String>> LISTS = lists();

    private Values() {}

    /** Returns a list in the order of the file. */
    static List<String> of(String list) {
        return Objects.requireNonNull(LISTS.get(list), list);
    }

    /** Puts the names of a head in; {@code @@1} is an at sign and the first name. */
    static String filled(String text, Head head) {
        return text.replace("@@1", "\u0001@" + head.name)
                .replace("@@2", "\u0001@" + head.other)
                .replace("@1", head.name)
                .replace("@2", head.other)
                .replace("\u0001@", "@");
    }

    private static Map<String, List<String>> lists() {
        Map<String, List<String>> lists = new HashMap<>();
        List<String> current = new ArrayList<>();
        for (String line : text().split("\n", -1)) {
            if (line.startsWith("[")) {
                current = new ArrayList<>();
                lists.put(line.substring(1, line.length() - 1), current);
            } else if (!line.isEmpty() && !line.startsWith("#")) {
                current.add(value(line));
            }
        }
        return lists;
    }

    private static String value(String line) {
        String bytes =
                CHARACTER.matcher(line).replaceAll(character -> utf8((char) Integer.parseInt(character.group(1), 16)));
        String value = line.equals("(empty)") ? "" : bytes.translateEscapes();
        return REPEATED.matcher(value)
                .replaceAll(repeated -> repeated.group(1).repeat(Integer.parseInt(repeated.group(2))));
    }

    private static String utf8(char character) {
        byte[] bytes = String.valueOf(character).getBytes(StandardCharsets.UTF_8);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static String text() {
        try (InputStream in = Values.class.getResourceAsStream("heads.txt")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
