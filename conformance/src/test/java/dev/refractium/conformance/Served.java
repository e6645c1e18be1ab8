package dev.refractium.conformance;

/** What a server did with a client's first bytes. */
public sealed interface Served {
    /** The virtual host of this name answered. */
    record Host(String name) implements Served {}

    /** The virtual host for all other names answered. */
    record Default() implements Served {}

    /** A virtual host answered, and the reply does not say which. */
    record Unread(String why) implements Served {}

    /** No virtual host answered: the server refused the bytes, closed the connection, or waited for more. */
    record Refused(String how) implements Served {}
}
