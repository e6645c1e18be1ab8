package dev.refractium.server.control;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a request: a JSON object (RFC 8259) whose members are texts, whole numbers, true, false or null. It has
 * a reader of its own, as {@link Json} is a writer, so that a server that is part of another program needs no library.
 */
public final class Arguments {
    private final String text;
    private final Map<String, Object> members = new LinkedHashMap<>();
    private int at;

    private Arguments(String text) {
        this.text = text;
    }

    /**
     * Reads an object.
     *
     * @throws IllegalArgumentException with what is wrong, and where
     */
    public static Arguments parse(String text) {
        Arguments arguments = new Arguments(text);
        arguments.object();
        return arguments;
    }

    /** Returns a text; empty if it is missing or null. */
    public Optional<String> text(String name) {
        return member(name, String.class, "a text");
    }

    /** Returns a whole number; empty if it is missing or null. */
    public Optional<Long> number(String name) {
        return member(name, Long.class, "a whole number");
    }

    /** Returns a truth value; false if it is missing or null. */
    public boolean flag(String name) {
        return member(name, Boolean.class, "true or false").orElse(false);
    }

    /**
     * Refuses members that nobody knows: an answer must not leave out what a newer client asks for.
     *
     * @throws IllegalArgumentException naming the first of them
     */
    public Arguments requireKnown(Set<String> known) {
        for (String name : members.keySet()) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException(
                        "this server does not know the argument \"" + name + "\"; use a command of its own version");
            }
        }
        return this;
    }

    private <T> Optional<T> member(String name, Class<T> type, String wanted) {
        Object value = members.get(name);
        if (value != null && !type.isInstance(value)) {
            throw new IllegalArgumentException("the argument \"" + name + "\" is not " + wanted);
        }
        return Optional.ofNullable(value).map(type::cast);
    }

    private void object() {
        expect('{');
        if (!accept('}')) {
            do {
                String name = string();
                expect(':');
                Object value = value();
                if (value != null && members.put(name, value) != null) {
                    throw wrong("\"" + name + "\" stands there twice");
                }
            } while (accept(','));
            expect('}');
        }
        skipBlanks();
        if (at < text.length()) {
            throw wrong("more follows the object");
        }
    }

    private @Nullable Object value() {
        skipBlanks();
        if (at < text.length() && text.charAt(at) == '"') {
            return string();
        }
        int from = at;
        while (at < text.length() && "truefalsn-0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String word = text.substring(from, at);
        if (word.matches("-?(0|[1-9][0-9]{0,17})")) {
            return Long.valueOf(word);
        }
        return switch (word) {
            case "true" -> true;
            case "false" -> false;
            case "null" -> null;
            default -> throw wrong("no text, whole number, true, false or null");
        };
    }

    private String string() {
        expect('"');
        StringBuilder string = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return string.toString();
            }
            if (c < ' ') {
                throw wrong("a control character in a text");
            }
            string.append(c == '\\' ? escaped() : c);
        }
        throw wrong("a text without its end");
    }

    private char escaped() {
        char c = at < text.length() ? text.charAt(at++) : ' ';
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> throw wrong("an unknown escape in a text");
        };
    }

    private char unicode() {
        if (text.length() - at < 4 || !text.substring(at, at + 4).matches("[0-9A-Fa-f]{4}")) {
            throw wrong("\\u without four hexadecimal digits");
        }
        at += 4;
        return (char) Integer.parseInt(text.substring(at - 4, at), 16);
    }

    private void expect(char wanted) {
        if (!accept(wanted)) {
            throw wrong("no " + wanted);
        }
    }

    private boolean accept(char wanted) {
        skipBlanks();
        boolean there = at < text.length() && text.charAt(at) == wanted;
        at += there ? 1 : 0;
        return there;
    }

    private void skipBlanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException("the arguments are no JSON object: " + what + " at character " + (at + 1)
                + "; use a command of the server's own version");
    }
}
