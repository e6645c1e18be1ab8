package dev.refractium.testkit;

import dev.refractium.api.Identification.Verdict;
import dev.refractium.api.Transport;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The first bytes of a session and what a protocol must say of them.
 *
 * @param name what the test report calls it
 * @param transport what the bytes arrive by: a stream's beginning over TCP, one datagram over UDP
 * @param text the bytes, each as the character of the same number (ISO-8859-1)
 * @param verdict the answer to all of them
 * @param attributes what a match carries
 * @param ends where each datagram ends, where the bytes are several; otherwise empty
 * @param by how many bytes must be enough for a {@code NO_MATCH}; not used for other verdicts
 */
public record Sample(
        String name,
        Transport transport,
        String text,
        Verdict verdict,
        Map<String, List<String>> attributes,
        int by,
        List<Integer> ends) {
    public Sample {
        ends = List.copyOf(ends);
        attributes = Map.copyOf(attributes);
    }

    /** A sample of one piece. */
    public Sample(
            String name,
            Transport transport,
            String text,
            Verdict verdict,
            Map<String, List<String>> attributes,
            int by) {
        this(name, transport, text, verdict, attributes, by, List.of());
    }

    /** The protocol's, all attributes known: those that {@link #with} adds and no other. */
    public static Sample match(String name, byte[] bytes) {
        return match(name, latin1(bytes));
    }

    /** As {@link #match(String, byte[])}. */
    public static Sample match(String name, String text) {
        return of(name, text, Verdict.MATCH);
    }

    /** The protocol's for certain, attributes still open when all bytes are there. */
    public static Sample recognised(String name, byte[] bytes) {
        return recognised(name, latin1(bytes));
    }

    /** As {@link #recognised(String, byte[])}. */
    public static Sample recognised(String name, String text) {
        return of(name, text, Verdict.RECOGNISED);
    }

    /** Still open when all bytes are there. */
    public static Sample needsMore(String name, byte[] bytes) {
        return needsMore(name, latin1(bytes));
    }

    /** As {@link #needsMore(String, byte[])}. */
    public static Sample needsMore(String name, String text) {
        return of(name, text, Verdict.NEED_MORE);
    }

    /** The protocol's, its attributes never to be known. */
    public static Sample unreadable(String name, byte[] bytes) {
        return unreadable(name, latin1(bytes));
    }

    /** As {@link #unreadable(String, byte[])}. */
    public static Sample unreadable(String name, String text) {
        return of(name, text, Verdict.UNREADABLE);
    }

    /** Not the protocol's; {@link #by} says how many bytes must be enough to see it, without it all of them. */
    public static Sample noMatch(String name, byte[] bytes) {
        return noMatch(name, latin1(bytes));
    }

    /** As {@link #noMatch(String, byte[])}. */
    public static Sample noMatch(String name, String text) {
        return of(name, text, Verdict.NO_MATCH);
    }

    /** The same sample as one datagram. */
    public Sample overUdp() {
        return new Sample(name, Transport.UDP, text, verdict, attributes, by, List.of());
    }

    /**
     * The same sample as several datagrams.
     *
     * @param ends how many bytes there are after each; the last is the length of the sample
     */
    public Sample overUdp(Integer... ends) {
        return new Sample(name, Transport.UDP, text, verdict, attributes, by, List.of(ends));
    }

    /** The datagrams of a sample over UDP, in new arrays. */
    public List<byte[]> datagrams() {
        List<byte[]> datagrams = new ArrayList<>();
        byte[] bytes = bytes();
        int from = 0;
        for (int end : ends.isEmpty() ? List.of(bytes.length) : ends) {
            datagrams.add(Arrays.copyOfRange(bytes, from, end));
            from = end;
        }
        return datagrams;
    }

    /** The same sample, whose match also carries {@code attribute}. */
    public Sample with(String attribute, String... values) {
        Map<String, List<String>> more = new HashMap<>(attributes);
        more.put(attribute, List.of(values));
        return new Sample(name, transport, text, verdict, more, by, ends);
    }

    /** The same sample, to be refused when {@code length} bytes have arrived, or before. */
    public Sample by(int length) {
        return new Sample(name, transport, text, verdict, attributes, length, ends);
    }

    /** The bytes, in a new array. */
    public byte[] bytes() {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public String toString() {
        return name;
    }

    private static Sample of(String name, String text, Verdict verdict) {
        return new Sample(name, Transport.TCP, text, verdict, Map.of(), text.length(), List.of());
    }

    private static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
