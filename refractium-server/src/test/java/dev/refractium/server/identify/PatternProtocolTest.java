package dev.refractium.server.identify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Identification;
import dev.refractium.api.Transport;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PatternProtocolTest {
    @Test
    void aPrefixMatchesWhenAllOfItIsThereAndAsksForEachByteThatMayRuleItOut() {
        PatternProtocol magic = magic(pattern(0, "01ff03", "ffffff"));

        assertThat(magic.identify(bytes("01"))).isSameAs(Identification.needMore(2));
        assertThat(magic.identify(bytes("01ff"))).isSameAs(Identification.needMore(3));
        assertThat(magic.identify(bytes("01ff03"))).isSameAs(Identification.match());
        assertThat(magic.identify(bytes("01ff0400"))).isSameAs(Identification.noMatch());
    }

    @Test
    void bitsThatTheMaskLeavesOutMayBeAnything() {
        PatternProtocol magic = magic(pattern(0, "c3", "f0"));

        assertThat(magic.identify(bytes("cf"))).isSameAs(Identification.match());
        assertThat(magic.identify(bytes("d3"))).isSameAs(Identification.noMatch());
        assertThat(magic.canStartWith(0xc0)).isTrue();
        assertThat(magic.canStartWith(0xd0)).isFalse();
    }

    @Test
    void anOffsetSkipsWhatIsBefore() {
        PatternProtocol magic = magic(pattern(4, "2112a442", "ffffffff"));

        assertThat(magic.canStartWith(0x77)).isTrue();
        assertThat(magic.identify(bytes("00"))).isSameAs(Identification.needMore(5));
        assertThat(magic.identify(bytes("000100002112a442"))).isSameAs(Identification.match());
        assertThat(magic.identify(bytes("0001000021ff"))).isSameAs(Identification.noMatch());
    }

    @Test
    void oneOfSeveralIsEnough() {
        PatternProtocol magic = magic(pattern(0, "aabbcc", "ffffff"), pattern(0, "aa01", "ffff"));

        assertThat(magic.identify(bytes("aa"))).isSameAs(Identification.needMore(2));
        assertThat(magic.identify(bytes("aa01"))).isSameAs(Identification.match());
        assertThat(magic.identify(bytes("aabb"))).isSameAs(Identification.needMore(3));
        assertThat(magic.name()).isEqualTo("magic");
        assertThat(magic.transports()).containsExactly(Transport.UDP);
    }

    private static PatternProtocol magic(PatternProtocol.Pattern... patterns) {
        return new PatternProtocol("magic", List.of(patterns), Set.of(Transport.UDP));
    }

    private static PatternProtocol.Pattern pattern(int offset, String hex, String mask) {
        HexFormat format = HexFormat.of();
        return new PatternProtocol.Pattern(offset, format.parseHex(hex), format.parseHex(mask));
    }

    private static BytePeek bytes(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        return new BytePeek(Transport.UDP).over(bytes, bytes.length, false);
    }
}
