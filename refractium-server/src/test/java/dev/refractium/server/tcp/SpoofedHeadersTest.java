package dev.refractium.server.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Transport;
import dev.refractium.server.generation.ProxyTrust;
import dev.refractium.server.limit.ListenerGate;
import dev.refractium.server.proxyprotocol.HeaderReader;
import dev.refractium.server.proxyprotocol.HeaderSamples;
import dev.refractium.server.proxyprotocol.SourceKind;
import dev.refractium.server.session.EndReason;
import dev.refractium.server.session.Permit;
import dev.refractium.server.session.Sessions;
import dev.refractium.server.socket.Side;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * 100,000 headers, sound, nested and broken, each in up to three pieces, on a listener that trusts 127.0.0.2. Its routes
 * take any bytes, those of a header too.
 */
class SpoofedHeadersTest {
    private static final int HEADERS = 100_000;
    private static final String CONFIG = """
            fallback_tcp = "127.0.0.1:1"
            [[listeners]]
            name = "edge"
            port = 0
            accept_proxy_from = "127.0.0.2"
            [[protocols]]
            name = "header"
            transport = "tcp"
            patterns = ["P", "\\r\\n", "GET"]
            forward_to = "127.0.0.1:1"
            """;

    private final MemorySessions memory = new MemorySessions(CONFIG, 10, 0);
    private final Sessions sessions = memory.sessions();
    private final TcpServices services = memory.services().of("edge", 0);
    private final Random random = new Random(37);
    private final HeaderSamples samples = new HeaderSamples(random);

    @AfterEach
    void close() {
        memory.close();
    }

    @Test
    void aHeaderOfAnUntrustedPeerReachesNoBackend() {
        int spoofed = 0;
        int accepted = 0;
        for (int i = 0; i < HEADERS; i++) {
            byte[] bytes = samples.next();
            TcpSession session = session("127.0.0.3");
            feed(session, bytes);
            if (HeaderReader.isBegun(ByteBuffer.wrap(bytes))) {
                spoofed++;
                accepted += session.route() == null ? 0 : 1;
            }
        }

        System.out.printf(
                "PROXY headers of untrusted peers: %d, accepted %d, bytes held afterwards %d%n",
                spoofed, accepted, memory.loop().held());
        assertThat(spoofed).isGreaterThan(HEADERS / 2);
        assertThat(accepted).isZero();
        assertThat(sessions.ends()).containsEntry(EndReason.PROXY_UNTRUSTED, (long) spoofed);
        assertNothingIsHeld();
    }

    @Test
    void aTrustedPeerPassesNoAddressOnThatNoClientHas() {
        int passedOn = 0;
        for (int i = 0; i < HEADERS; i++) {
            TcpSession session = session("127.0.0.2");
            feed(session, samples.next());
            if (!session.client().equals(session.peer()) && session.route() != null) {
                passedOn++;
                assertThat(SourceKind.of(((InetSocketAddress) session.client()).getAddress(), address -> false))
                        .isEqualTo(SourceKind.USABLE);
            }
        }

        System.out.printf("PROXY headers of a trusted peer: %d, clients passed on %d%n", HEADERS, passedOn);
        assertThat(passedOn).isGreaterThan(HEADERS / 10);
        assertThat(sessions.ends().get(EndReason.PROXY_MALFORMED)).isGreaterThan(HEADERS / 10);
        assertThat(sessions.ends().get(EndReason.PROXY_REFUSED)).isPositive();
        assertNothingIsHeld();
    }

    private void assertNothingIsHeld() {
        assertThat(memory.loop().held()).isZero();
        assertThat(sessions.live()).isZero();
        assertThat(memory.current().sessions()).isZero();
    }

    /** Passes the bytes in pieces, and a FIN, until the session has a route or has ended. */
    private void feed(TcpSession session, byte[] bytes) {
        MemorySide client = (MemorySide) session.side();
        int first = random.nextInt(bytes.length + 1);
        int second = first + random.nextInt(bytes.length + 1 - first);
        int[] cuts = {0, first, second, bytes.length};
        for (int i = 1; i < cuts.length; i++) {
            client.says(Arrays.copyOfRange(bytes, cuts[i - 1], cuts[i]));
            while (client.unread() > 0 && client.ends == 0 && session.route() == null) {
                session.ready(client, true, false);
            }
        }
        client.then(Side.END);
        if (client.ends == 0 && session.route() == null) {
            session.ready(client, true, false);
        }
        session.end(EndReason.DONE, false);
    }

    private TcpSession session(String peer) {
        InetSocketAddress from = new InetSocketAddress(peer, 9);
        ProxyTrust trust = Objects.requireNonNull(memory.current().trust(Transport.TCP, "edge"));
        ListenerGate gate = services.limits(memory.current()).gate();
        boolean trusted = trust.includes(from.getAddress());
        Permit permit = (Permit) (trusted ? sessions.admitProxied(gate) : sessions.admit(from.getAddress(), gate));
        TcpSession session = memory.admitted(services, new MemorySide(), from, permit);
        session.start();
        return session;
    }
}
