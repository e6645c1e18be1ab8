package dev.refractium.testkit;

import dev.refractium.api.HealthCheck;
import dev.refractium.api.HealthCheck.Verdict;
import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * An answer to a protocol's health check, and what the check must make of it.
 *
 * @param name what the test report calls it
 * @param transport what it arrives by: a stream, or one datagram
 * @param verdict the verdict on the whole answer, while more may follow
 * @param answerer makes the answer from what the check has sent
 * @since 0.1.0
 */
public record HealthSample(String name, Transport transport, Verdict verdict, UnaryOperator<byte[]> answerer) {
    /** An answer of a living server; its characters are the bytes of the same numbers (ISO-8859-1). */
    public static HealthSample alive(String name, String answer) {
        return of(name, Verdict.ALIVE, answer);
    }

    /** An answer of a server that refuses to serve. */
    public static HealthSample failing(String name, String answer) {
        return of(name, Verdict.FAILING, answer);
    }

    /** An answer that is not of the protocol. */
    public static HealthSample foreign(String name, String answer) {
        return of(name, Verdict.FOREIGN, answer);
    }

    /** An answer that is open. */
    public static HealthSample needsMore(String name, String answer) {
        return of(name, Verdict.NEED_MORE, answer);
    }

    /** An answer that repeats something of the question, which {@code answerer} makes from what the check has sent. */
    public static HealthSample of(String name, Verdict verdict, UnaryOperator<byte[]> answerer) {
        return new HealthSample(name, Transport.TCP, verdict, answerer);
    }

    /** The same sample as one datagram. */
    public HealthSample overUdp() {
        return new HealthSample(name, Transport.UDP, verdict, answerer);
    }

    HealthCheck check(Protocol protocol) {
        return protocol.healthCheck(transport, Map.of())
                .orElseThrow(() -> new AssertionError(protocol.name() + " has no health check over " + transport));
    }

    byte[] answer(byte[] sent) {
        return answerer.apply(sent);
    }

    private static HealthSample of(String name, Verdict verdict, String answer) {
        return of(name, verdict, sent -> answer.getBytes(StandardCharsets.ISO_8859_1));
    }
}
