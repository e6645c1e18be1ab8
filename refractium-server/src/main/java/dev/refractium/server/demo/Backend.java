package dev.refractium.server.demo;

import dev.refractium.api.Transport;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server of the demonstration, on a loopback port of its own. Each answer it gives has its name in it. */
interface Backend extends AutoCloseable {
    /** What {@link #signature} looks like in an answer. */
    Pattern SIGNATURE = Pattern.compile("backend=([a-z_]+)");

    /** Unique among the backends. */
    String name();

    Transport transport();

    InetSocketAddress address();

    @Override
    void close();

    /** What marks an answer as that of the backend {@code name}. */
    static String signature(String name) {
        return "backend=" + name;
    }

    /** The name of the backend that gave this answer; empty if it has none in it. */
    static Optional<String> nameIn(String answer) {
        Matcher signature = SIGNATURE.matcher(answer);
        return signature.find() ? Optional.of(signature.group(1)) : Optional.empty();
    }
}
