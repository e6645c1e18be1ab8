package dev.refractium.server.identify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Identification;
import dev.refractium.api.Transport;
import dev.refractium.testkit.Asking;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PatternProtocolTest {
    @Test
    void prefixMatchesWhenCompleteAndNeedsEveryByteThatMayRuleItOut() {
        PatternProtocol magic = magic(pattern(0, "01ff03", "ffffff"));

        assertThat(magic.identify(bytes("01"))).isSameAs(Identification.needMore(2));
        assertThat(magic.identify(bytes("01ff"))).isSameAs(Identification.needMore(3));
        assertThat(magic.identify(bytes("01ff03"))).isSameAs(Identification.match());
        assertThat(magic.identify(bytes("01ff0400"))).isSameAs(Identification.noMatch());
    }

    @Test
    void maskedBitsAreIgnored() {
        PatternProtocol magic = magic(pattern(0, "c3", "f0"));

        assertThat(magic.identify(bytes("cf"))).isSameAs(Identification.match());
        assertThat(magic.identify(bytes("d3"))).isSameAs(Identification.noMatch());
        assertThat(magic.canStartWith(0xc0)).isTrue();
        assertThat(magic.canStartWith(0xd0)).isFalse();
    }

    @Test
    void offsetSkipsTheBytesBefore() {
        PatternProtocol magic = magic(pattern(4, "2112a442", "ffffffff"));

        assertThat(magic.canStartWith(0x77)).isTrue();
        assertThat(magic.identify(bytes("00"))).isSameAs(Identification.needMore(5));
        assertThat(magic.identify(bytes("000100002112a442"))).isSameAs(Identification.match());
        assertThat(magic.identify(bytes("0001000021ff"))).isSameAs(Identification.noMatch());
    }

    @Test
    void onePatternOfSeveralIsEnough() {
        PatternProtocol magic = magic(pattern(0, "aabbcc", "ffffff"), pattern(0, "aa01", "ffff"));

        assertThat(magic.identify(bytes("aa"))).isSameAs(Identification.needMore(2));
        assertThat(magic.identify(bytes("aa01"))).isSameAs(Identification.match());
        assertThat(magic.identify(bytes("aabb"))).isSameAs(Identification.needMore(3));
        assertThat(magic.name()).isEqualTo("magic");
        assertThat(magic.transports()).containsExactly(Transport.UDP);
    }

    @Test
    void substringIsFoundAtAnyPlace() {
        PatternProtocol magic = magic(needle("abcd", 6));

        assertThat(magic.canStartWith(0x77)).isTrue();
        assertThat(magic.identify(bytes("abcd"))).isSameAs(Identification.match());
        assertThat(magic.identify(bytes("00ababab" + "cd00"))).isSameAs(Identification.match());
        assertThat(magic.identify(bytes("00000000abcd"))).isSameAs(Identification.match());
    }

    @Test
    void substringIsAwaitedWhileItCanStillFit() {
        PatternProtocol magic = magic(needle("abcd", 4));

        assertThat(magic.identify(bytes("00")).atLeast()).isEqualTo(3);
        assertThat(magic.identify(bytes("0000")).atLeast()).isEqualTo(3);
        assertThat(magic.identify(bytes("0000ab")).atLeast()).isEqualTo(4);
        assertThat(magic.identify(bytes("000000"))).isSameAs(Identification.noMatch());
        assertThat(magic.identify(bytes("0000abce"))).isSameAs(Identification.noMatch());
        assertThat(magic.identify(bytes("000000abcd"))).isSameAs(Identification.noMatch());
    }

    @Test
    void everySubstringHasItsOwnLimit() {
        PatternProtocol magic = magic(needle("abcd", 3), needle("bcdbcd", 9), pattern(2, "ee", "ff"));

        assertThat(magic.identify(bytes("00abcd")).verdict()).isEqualTo(Identification.Verdict.MATCH);
        assertThat(magic.identify(bytes("0000abcd")).verdict()).isEqualTo(Identification.Verdict.NEED_MORE);
        assertThat(magic.identify(bytes("000000abcdbcdbcd"))).isSameAs(Identification.match());
        assertThat(magic.identify(bytes("0000ee"))).isSameAs(Identification.match());
    }

    /** Against the plain way: is it there, and if not, could it come? */
    @Test
    void substringsAgreeWithAPlainSearchAtEveryCut() {
        Random random = new Random(4);
        int found = 0;
        for (int round = 0; round < 20_000; round++) {
            List<PatternProtocol.Needle> needles = Stream.generate(() -> randomNeedle(random))
                    .limit(1 + random.nextInt(4))
                    .toList();
            PatternProtocol magic = new PatternProtocol("magic", needles, Set.of(Transport.TCP));
            byte[] bytes = few(random, 1 + random.nextInt(40));

            Asking cut = Asking.inPieces(magic, bytes, at -> 1 + random.nextInt(3));
            Asking each = Asking.byteByByte(magic, bytes);

            assertThat(cut.answer().verdict()).isEqualTo(plainly(needles, bytes));
            assertThat(each.answer().verdict()).isEqualTo(plainly(needles, bytes));
            assertThat(each.steps()).isLessThanOrEqualTo(bytes.length);
            for (int i = 1; i < each.bytes() && Asking.isDecided(each.answer()); i++) {
                assertThat(plainly(needles, Arrays.copyOf(bytes, i))).isEqualTo(Identification.Verdict.NEED_MORE);
            }
            found += cut.answer().verdict() == Identification.Verdict.MATCH ? 1 : 0;
        }
        assertThat(found).isBetween(2_000, 18_000);
    }

    /** Against the plain way, as for needles. */
    @Test
    void placedPatternsAgreeWithAPlainComparisonHoweverTheBytesAreCut() {
        Random random = new Random(5);
        int found = 0;
        for (int round = 0; round < 20_000; round++) {
            List<PatternProtocol.Pattern> patterns = Stream.generate(() -> randomPlaced(random))
                    .limit(1 + random.nextInt(6))
                    .toList();
            PatternProtocol magic = new PatternProtocol("magic", patterns, Set.of(Transport.TCP));
            byte[] bytes = few(random, 1 + random.nextInt(60));

            Asking cut = Asking.inPieces(magic, bytes, at -> 1 + random.nextInt(3));
            Asking each = Asking.byteByByte(magic, bytes);

            Identification.Verdict expected = placedPlainly(patterns, bytes);
            assertThat(cut.answer().verdict()).isEqualTo(expected);
            assertThat(each.answer().verdict()).isEqualTo(expected);
            for (int i = 1; i < each.bytes() && Asking.isDecided(each.answer()); i++) {
                assertThat(placedPlainly(patterns, Arrays.copyOf(bytes, i)))
                        .isEqualTo(Identification.Verdict.NEED_MORE);
            }
            found += expected == Identification.Verdict.MATCH ? 1 : 0;
        }
        assertThat(found).isBetween(2_000, 18_000);
    }

    @Test
    void aThousandPatternsThatGoWrongLateAreReadThroughOnceOrTwiceInAll() {
        int patterns = 1_000;
        int size = 202;
        byte[] bytes = new byte[10_000];
        List<PatternProtocol.Pattern> wrong = Stream.iterate(0, i -> i + 1)
                .limit(patterns)
                .<PatternProtocol.Pattern>map(i -> wrongLate(size + i % 2, size - 1 - i % 100))
                .toList();
        List<PatternProtocol.Pattern> all = new ArrayList<>(wrong);
        all.add(needle("ffff", bytes.length));
        PatternProtocol magic = new PatternProtocol("magic", all, Set.of(Transport.TCP));

        Asking each = Asking.byteByByte(magic, bytes);

        assertThat(each.answer()).isSameAs(Identification.noMatch());
        assertThat(each.steps()).isLessThan(2L * patterns * size + 2L * bytes.length);
    }

    private static PatternProtocol.Pattern wrongLate(int size, int where) {
        byte[] pattern = new byte[size];
        byte[] mask = new byte[size];
        Arrays.fill(mask, (byte) 0x7f);
        pattern[where] = 1;
        return new PatternProtocol.Placed(0, pattern, mask);
    }

    private static PatternProtocol.Pattern randomPlaced(Random random) {
        byte[] bytes = few(random, 1 + random.nextInt(20));
        byte[] mask = new byte[bytes.length];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = (byte) (random.nextInt(3) == 0 ? 1 : 0);
        }
        return new PatternProtocol.Placed(random.nextInt(30), bytes, mask);
    }

    private static Identification.Verdict placedPlainly(List<PatternProtocol.Pattern> patterns, byte[] bytes) {
        Identification.Verdict verdict = Identification.Verdict.NO_MATCH;
        for (PatternProtocol.Pattern pattern : patterns) {
            PatternProtocol.Placed placed = (PatternProtocol.Placed) pattern;
            boolean fits = true;
            for (int i = 0; i < placed.bytes().length && placed.offset() + i < bytes.length; i++) {
                fits &= ((bytes[placed.offset() + i] ^ placed.bytes()[i]) & placed.mask()[i]) == 0;
            }
            if (fits && placed.end() <= bytes.length) {
                return Identification.Verdict.MATCH;
            }
            verdict = fits ? Identification.Verdict.NEED_MORE : verdict;
        }
        return verdict;
    }

    private static Identification.Verdict plainly(List<PatternProtocol.Needle> needles, byte[] bytes) {
        Identification.Verdict verdict = Identification.Verdict.NO_MATCH;
        for (PatternProtocol.Needle needle : needles) {
            for (int at = 0; at + needle.bytes().length <= needle.within(); at++) {
                int there = Math.min(needle.bytes().length, Math.max(0, bytes.length - at));
                boolean fits = there <= 0 || Arrays.equals(bytes, at, at + there, needle.bytes(), 0, there);
                if (fits && there == needle.bytes().length) {
                    return Identification.Verdict.MATCH;
                }
                verdict = fits ? Identification.Verdict.NEED_MORE : verdict;
            }
        }
        return verdict;
    }

    private static PatternProtocol.Needle randomNeedle(Random random) {
        byte[] bytes = few(random, 1 + random.nextInt(5));
        return new PatternProtocol.Needle(bytes, bytes.length + random.nextInt(20));
    }

    /** Of three values only, so that beginnings repeat. */
    private static byte[] few(Random random, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) random.nextInt(3);
        }
        return bytes;
    }

    private static PatternProtocol.Needle needle(String hex, int within) {
        return new PatternProtocol.Needle(HexFormat.of().parseHex(hex), within);
    }

    private static PatternProtocol magic(PatternProtocol.Pattern... patterns) {
        return new PatternProtocol("magic", List.of(patterns), Set.of(Transport.UDP));
    }

    private static PatternProtocol.Pattern pattern(int offset, String hex, String mask) {
        HexFormat format = HexFormat.of();
        return new PatternProtocol.Placed(offset, format.parseHex(hex), format.parseHex(mask));
    }

    private static BytePeek bytes(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        return new BytePeek(Transport.UDP).over(bytes, bytes.length, false);
    }
}
