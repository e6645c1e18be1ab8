package dev.refractium.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.pf4j.ExtensionPoint;

/**
 * Recognises one application protocol by the first bytes that a client sends.
 *
 * <p>A plugin's implementation is a public class with a public constructor without arguments and PF4J's
 * {@code @Extension}; the host makes one instance when it loads the plugin and asks it for every session, on many event
 * loops at once. Everything but {@link #identify} and {@link #healthCheck} is called when a plugin is loaded or a configuration is read, on one
 * thread, and must answer the same each time.
 *
 * <p>The answer must depend on the bytes alone, never on how they were cut into segments; on UDP, on the datagrams alone.
 *
 * @since 0.1.0
 */
public interface Protocol extends ExtensionPoint {
    /** The canonical name that routes use: {@code [a-z][a-z0-9_]*}, unique among the protocols of a configuration. */
    String name();

    /** Further names that routes may use, of the same form. */
    default Set<String> aliases() {
        return Set.of();
    }

    /** The transports that this protocol speaks; a route that asks for another is refused. Not empty. */
    default Set<Transport> transports() {
        return Set.of(Transport.TCP);
    }

    /**
     * Whether the client waits for the server to speak, as in FTP and SMTP. A route of such a protocol is reached by a
     * client's silence.
     */
    default boolean serverSpeaksFirst() {
        return false;
    }

    /**
     * Returns whether the first datagram of a session does no harm where two servers receive it. Then the host may send
     * it to a second backend when the first one refuses it, while it is the only datagram of the session and unanswered;
     * the first backend may have received it all the same, since a refusal by ICMP can be late or forged. True of
     * protocols whose clients repeat what is not answered anyway, as those of DNS do (RFC 1035, 4.2.1). Asked when the
     * protocol is loaded; of no effect over TCP.
     */
    default boolean isRepeatable() {
        return false;
    }

    /**
     * Returns how many datagrams of a UDP session this protocol may need to see, 1 to 8. With 1 it decides by the first
     * datagram. With more, {@link Identification.Verdict#NEED_MORE} means one more datagram, as long as fewer than these
     * have arrived and the peek time-out is not over; the host holds the datagrams meanwhile, and the backend receives them
     * in order, as separate datagrams. A session whose first datagram is empty has no protocol in any case. Asked when the
     * protocol is loaded; of no effect over TCP.
     */
    default int datagrams() {
        return 1;
    }

    /**
     * Returns how many datagrams a server answers each datagram of a client with, 1 to 1,000, if that never differs; 0 if
     * it does, or if servers send unasked. Then the host may end a session of UDP, and free its place, soon after it
     * has passed on that many answers for each datagram that the client has sent; a later datagram of the client begins
     * another session. An operator's number for a route takes precedence. Asked when the protocol is loaded; of no effect over TCP.
     */
    default int responses() {
        return 0;
    }

    /**
     * Returns whether servers of this protocol commonly grant rights by the address that a client comes from, as Redis in
     * its protected mode, PostgreSQL by {@code trust} and Postfix by {@code mynetworks} do. Behind a proxy that address is
     * the proxy's, so that anybody has what was meant for the inside. The host then warns the operator of a route that
     * leads strangers to a backend inside without the client's address. Asked when the protocol is loaded.
     *
     * @since 0.1.0
     */
    default boolean trustsPeer() {
        return false;
    }

    /**
     * Whether a session of this protocol can begin with this byte. Asked for each of 0 to 255 when the protocol is
     * loaded; sessions that begin with a byte answered {@code false} never reach {@link #identify}, so that a
     * {@code false} here must mean {@link Identification.Verdict#NO_MATCH} there.
     */
    default boolean canStartWith(int firstByte) {
        return true;
    }

    /**
     * The names of the attributes that a match may carry, such as "sni"; a route may ask only for these. The order is
     * their weight: of several routes that match, the one that is more specific in the earliest attribute wins.
     */
    default List<String> attributes() {
        return List.of();
    }

    /**
     * Returns the form that a value of an attribute has in answers, so that routes may write it in another: where answers
     * have it in lower case, {@code Anna} becomes {@code anna}. Called when a configuration is read, for each value that
     * its routes ask of an attribute of this protocol; of {@code *.Example} for {@code Example}. A value of an answer is
     * its own normal form.
     *
     * @throws IllegalArgumentException if no answer can have the value, saying in a few words what is wrong and what to
     *     write; the host refuses the route with them
     * @since 0.1.0
     */
    default String normalForm(String attribute, String value) {
        return value;
    }

    /**
     * Returns a new check of a server of this protocol; empty if the protocol has none over this transport. An operator
     * asks for it by {@code health = "protocol"}. Called on event loops, for each check, and once when a configuration is
     * read; whether it is empty must depend on the transport alone.
     *
     * @param attributes the exact values that the operator's route asks for, one for each attribute that has such a value:
     *     a name that the server knows
     * @since 0.1.0
     */
    default Optional<HealthCheck> healthCheck(Transport transport, Map<String, String> attributes) {
        return Optional.empty();
    }

    /**
     * The protocol as an operator wants it: this one, or another object that knows the settings. Called once for each
     * configuration that the plugin is part of, before any session of it, also where the operator wrote nothing; a host
     * may go on asking this object for the sessions of an older configuration, so leave it as it is and give a new one.
     *
     * <p>Its name and its aliases must stay what they were; the rest is asked anew. A problem that is reported, a key that
     * nobody asked for and a throw refuse the configuration, and the one that runs goes on.
     *
     * @param settings the table of this plugin; dead after the return. If the plugin brings several protocols, all of
     *     them are given the same one, and a key is known if one of them asked for it
     */
    default Protocol configured(Settings settings) {
        return this;
    }

    /**
     * Says what the bytes are. Called on event loops, concurrently: keep no state, never block, never wait.
     *
     * <p>{@code peek} is the host's, must not be kept and is dead after the return. A throw closes that one session and
     * is counted; it never becomes an answer.
     */
    Identification identify(Peek peek);
}
