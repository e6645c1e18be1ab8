package dev.refractium.server.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NameTableTest {
    /** Few letters, so that names meet. */
    private static final String[] LABELS = {"a", "b", "ab", "ba", "aa", "é", "*"};

    private static NameTable table(String... names) {
        NameTable.Builder builder = new NameTable.Builder();
        for (int i = 0; i < names.length; i++) {
            add(builder, names[i], i, i + 1);
        }
        return builder.table();
    }

    private static int add(NameTable.Builder builder, String name, int value, int line) {
        byte[] bytes = (">" + name + "<").getBytes(StandardCharsets.UTF_8);
        return builder.add(bytes, 1, bytes.length - 1, value, line);
    }

    private static String find(NameTable table, String... texts) {
        int entry = table.find(List.of(texts));
        return entry == NameTable.NONE ? "-" : table.name(entry);
    }

    @Test
    void exactNameBeatsTheLongestSuffixBeatsTheDefault() {
        NameTable table = table("@", "*.test", "*.a.test", "x.a.test");

        assertThat(find(table, "x.a.test")).isEqualTo("x.a.test");
        assertThat(find(table, "y.a.test")).isEqualTo("*.a.test");
        assertThat(find(table, "y.z.a.test")).isEqualTo("*.a.test");
        assertThat(find(table, "a.test")).isEqualTo("*.test");
        assertThat(find(table, "atest")).isEqualTo("@");
        assertThat(find(table)).isEqualTo("@");
    }

    @Test
    void nothingIsFoundWithoutALine() {
        NameTable table = table("*.a.test", "b.test");

        assertThat(find(table, "a.test")).isEqualTo("-");
        assertThat(find(table, ".a.test")).isEqualTo("-");
        assertThat(find(table, "xa.test")).isEqualTo("-");
        assertThat(find(table, "b.tes")).isEqualTo("-");
        assertThat(find(table, "")).isEqualTo("-");
        assertThat(find(table)).isEqualTo("-");
        assertThat(find(table("@"), "@")).as("by default").isEqualTo("@");
    }

    @Test
    void ofSeveralValuesAnExactOneCountsAndThenTheLongestSuffix() {
        NameTable table = table("*.test", "*.b.a.test", "x.test");

        assertThat(find(table, "y.b.a.test", "x.test")).isEqualTo("x.test");
        assertThat(find(table, "y.test", "y.b.a.test")).isEqualTo("*.b.a.test");
        assertThat(find(table, "y.org", "y.test")).isEqualTo("*.test");
    }

    @Test
    void entryHasItsValueAndItsLine() {
        NameTable table = table("a", "b");

        assertThat(table.size()).isEqualTo(2);
        assertThat(table.value(table.find(List.of("b")))).isEqualTo(1);
        assertThat(table.line(table.find(List.of("b")))).isEqualTo(2);
    }

    @Test
    void nameIsAddedOnce() {
        NameTable.Builder builder = new NameTable.Builder();

        assertThat(add(builder, "a", 0, 7)).isZero();
        assertThat(add(builder, "a", 1, 8)).isEqualTo(7);
        assertThat(builder.size()).isOne();
    }

    @Test
    void beginningIsRecognised() {
        NameTable whole = table("a", "b", "c");

        assertThat(table("a", "b").isBeginningOf(whole)).isTrue();
        assertThat(whole.isBeginningOf(whole)).isFalse();
        assertThat(table("a", "c").isBeginningOf(whole)).isFalse();
        assertThat(whole.isBeginningOf(table("a"))).isFalse();
    }

    /** Against a hash map that is asked for each suffix, and the names themselves. */
    @Test
    void findsWhatAMapOfStringsFinds() {
        SplittableRandom random = new SplittableRandom(16);
        for (int round = 0; round < 60; round++) {
            Map<String, Integer> model = new LinkedHashMap<>();
            NameTable.Builder builder = new NameTable.Builder();
            int count = random.nextInt(1, 2_000);
            for (int i = 0; i < count; i++) {
                String name = random.nextInt(50) == 0 ? "@" : name(random);
                assertThat(add(builder, name, i, i + 1) == 0).isEqualTo(model.putIfAbsent(name, i) == null);
            }
            NameTable table = builder.table();
            assertThat(table.size()).isEqualTo(model.size());
            for (int i = 0; i < 500; i++) {
                String[] asked = new String[random.nextInt(3)];
                Arrays.setAll(asked, n -> name(random));
                assertThat(find(table, asked)).as(Arrays.toString(asked)).isEqualTo(expected(model, asked));
            }
        }
    }

    private static String name(SplittableRandom random) {
        StringBuilder name = new StringBuilder(random.nextInt(4) == 0 ? "*." : "");
        int labels = random.nextInt(1, 5);
        for (int i = 0; i < labels; i++) {
            name.append(i == 0 ? "" : ".").append(LABELS[random.nextInt(LABELS.length)]);
        }
        return name.toString();
    }

    private static String expected(Map<String, Integer> model, String... asked) {
        Map<Integer, String> suffixes = new HashMap<>();
        for (String value : asked) {
            if (model.containsKey(value)) {
                return value;
            }
        }
        for (String value : asked) {
            for (int dot = value.indexOf('.', 1); dot > 0; dot = value.indexOf('.', dot + 1)) {
                String wildcard = "*" + value.substring(dot);
                if (model.containsKey(wildcard)) {
                    suffixes.putIfAbsent(wildcard.getBytes(StandardCharsets.UTF_8).length, wildcard);
                }
            }
        }
        String byDefault = model.containsKey("@") ? "@" : "-";
        int longest = suffixes.keySet().stream().max(Integer::compare).orElse(0);
        return suffixes.getOrDefault(longest, byDefault);
    }
}
