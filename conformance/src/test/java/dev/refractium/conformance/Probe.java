package dev.refractium.conformance;

/**
 * The first bytes of one client.
 *
 * @param odd what is odd about them, in words
 * @param bytes not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Probe(String odd, byte[] bytes) {
    /** What is odd about an ordinary client, whom every server must serve. */
    static final String NOTHING = "nothing";

    boolean isOrdinary() {
        return odd.equals(NOTHING);
    }
}
