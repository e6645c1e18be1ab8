package com.example.greeting;

import dev.refractium.api.HealthCheck;
import dev.refractium.api.Identification;
import dev.refractium.api.Peek;
import dev.refractium.api.Protocol;
import dev.refractium.api.Settings;
import dev.refractium.api.Transport;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.pf4j.Extension;

/** A line {@code GREET NAME}. Immutable: it is asked on many threads at once. */
@Extension
public final class Greeting implements Protocol {
    private static final byte[] START = "GREET ".getBytes(StandardCharsets.US_ASCII);
    private static final int USUAL_LONGEST_NAME = 64;

    private final int longestName;

    /** The server makes one. */
    public Greeting() {
        this(USUAL_LONGEST_NAME);
    }

    private Greeting(int longestName) {
        this.longestName = longestName;
    }

    @Override
    public String name() {
        return "greeting";
    }

    /** What routes can tell greetings apart by: {@code match = { name = "anna" }}. */
    @Override
    public List<String> attributes() {
        return List.of("name");
    }

    /** {@code identify} gives names in lower case, so a route may write {@code Anna}. */
    @Override
    public String normalForm(String attribute, String value) {
        return value.toLowerCase(Locale.ROOT);
    }

    @Override
    public boolean canStartWith(int firstByte) {
        return firstByte == 'G';
    }

    @Override
    public Protocol configured(Settings settings) {
        long longest = settings.integer("longest_name", USUAL_LONGEST_NAME);
        if (longest < 1 || longest > 255) {
            settings.problem("longest_name", longest + " is out of range; use 1 to 255");
            return this;
        }
        return new Greeting((int) longest);
    }

    /** For {@code health = "protocol"}: greets by the name that the route asks for, if it asks for one. */
    @Override
    public Optional<HealthCheck> healthCheck(Transport transport, Map<String, String> attributes) {
        return Optional.of(new GreetingHealthCheck(attributes.getOrDefault("name", "health-check")));
    }

    @Override
    public Identification identify(Peek peek) {
        return switch (peek.startsWith(START, 0)) {
            case NO -> Identification.noMatch();
            case SO_FAR -> Identification.needMore(peek.length() + 1);
            case YES -> name(peek);
        };
    }

    private Identification name(Peek peek) {
        // The note of the last answer: up to where the name has been read. 0 if there was none.
        int from = Math.max(START.length, (int) peek.note());
        for (int at = from; at < peek.length(); at++) {
            int next = peek.byteAt(at);
            if (next == '\n' && at > START.length) {
                return Identification.match("name", normalForm("name", peek.ascii(START.length, at)));
            }
            if (!isNameByte(next) || at - START.length == longestName) {
                return Identification.unreadable("the name is empty, too long or malformed");
            }
        }
        return Identification.recognised(peek.length() + 1, peek.length());
    }

    private static boolean isNameByte(int next) {
        return (next >= 'a' && next <= 'z')
                || (next >= 'A' && next <= 'Z')
                || (next >= '0' && next <= '9')
                || next == '-';
    }
}
