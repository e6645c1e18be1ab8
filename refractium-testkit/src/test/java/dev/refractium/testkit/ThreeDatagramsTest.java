package dev.refractium.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Identification;
import dev.refractium.api.Peek;
import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The contract, on a protocol that decides by three datagrams. */
class ThreeDatagramsTest extends ProtocolContract {
    @Override
    protected Protocol protocol() {
        return new Letters();
    }

    @Override
    protected List<Sample> samples() {
        return List.of(
                Sample.match("three datagrams", "A one" + "B" + "C name")
                        .with("third", "C name")
                        .overUdp(5, 6, 12),
                Sample.needsMore("two datagrams", "A one" + "B").overUdp(5, 6),
                Sample.needsMore("one datagram", "A one").overUdp(),
                Sample.noMatch("another second datagram", "A one" + "C" + "C").overUdp(5, 6, 7),
                Sample.noMatch("an empty second datagram", "A one" + "C").overUdp(5, 5, 6),
                Sample.noMatch("another first datagram", "B").overUdp());
    }

    @Test
    void aProtocolIsAskedAfterEachDatagramAndNoMoreThanItAsksFor() {
        Asking asking = Asking.overUdp(new Letters(), List.of(bytes("A"), bytes("B"), bytes("C"), bytes("D")));

        assertThat(asking.answer().values("third")).containsExactly("C");
        assertThat(asking.segments()).isEqualTo(3);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** A datagram that begins with A, one with B, and one with C. */
    private static final class Letters implements Protocol {
        @Override
        public String name() {
            return "letters";
        }

        @Override
        public Set<Transport> transports() {
            return Set.of(Transport.UDP);
        }

        @Override
        public int datagrams() {
            return 3;
        }

        @Override
        public List<String> attributes() {
            return List.of("third");
        }

        @Override
        public Identification identify(Peek peek) {
            int from = 0;
            for (int i = 0; i < peek.datagrams(); i++) {
                int end = peek.datagramEnd(i);
                if (from == end || peek.byteAt(from) != 'A' + i) {
                    return Identification.noMatch();
                }
                if (i == 2) {
                    return Identification.match("third", peek.ascii(from, end));
                }
                from = end;
            }
            return Identification.needMore(peek.length() + 1);
        }
    }
}
