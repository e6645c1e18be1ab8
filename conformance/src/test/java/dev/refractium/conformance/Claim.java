package dev.refractium.conformance;

/** What the proxy reads of a client's first bytes, by the route that it chooses. */
public sealed interface Claim {
    /** The session takes the route of this name. */
    record Named(String name) implements Claim {}

    /** The session takes the route that asks for no name: none is there, or one that has no route. */
    record Unnamed() implements Claim {}

    /** The session takes no route: its name is unreadable, or its protocol is another one. */
    record Nothing(String reason) implements Claim {}
}
