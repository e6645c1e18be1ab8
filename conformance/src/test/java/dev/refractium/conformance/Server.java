package dev.refractium.conformance;

import java.net.InetSocketAddress;
import java.util.List;

/** A server of another project with a virtual host for each name of {@link #names} and a default one. */
public interface Server extends AutoCloseable {
    /** The names that probes, routes and virtual hosts use. */
    List<String> NAMES = List.of("a.test", "b.test");

    /** Returns the server's name, as the table shows it. */
    String name();

    /** Returns the address that it listens on. */
    InetSocketAddress address();

    /** Returns the names that it has virtual hosts for. */
    default List<String> names() {
        return NAMES;
    }

    /** Returns how many connections it serves at a time. */
    default int parallel() {
        return 8;
    }

    /** Ends it. */
    @Override
    void close();
}
