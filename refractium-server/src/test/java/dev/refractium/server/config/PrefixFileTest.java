package dev.refractium.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refractium.server.text.Network;
import dev.refractium.server.text.Networks;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrefixFileTest {
    private static PrefixFile.Parsed parse(String text) {
        return PrefixFile.parse(Path.of("office.txt"), text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> problems(String text) {
        return parse(text).problems().stream().map(Problem::toString).toList();
    }

    private static Networks networks(String... prefixes) {
        return Networks.of(Arrays.stream(prefixes).map(Network::parse).toList());
    }

    @Test
    void hasOnePrefixOnALineAndComments() {
        PrefixFile.Parsed parsed = parse("# the office\n\n10.0.0.0/8\t# all of it\r\n  2001:db8::/32\n192.0.2.7\n");

        assertThat(parsed.problems()).isEmpty();
        assertThat(parsed.networks()).isEqualTo(networks("10.0.0.0/8", "2001:db8::/32", "192.0.2.7"));
    }

    @Test
    void everyLineThatIsNoPrefixIsNamed() {
        assertThat(problems("10.0.0.0/8\n10.0.0.5/8\nany\n"))
                .containsExactly(
                        "office.txt:2:1: prefix: \"10.0.0.5/8\" has bits set beyond its length; write 10.0.0.0/8 for the"
                                + " network, or 10.0.0.5 for the one address",
                        "office.txt:3:1: prefix: \"any\" is not a network; write a network as 10.0.0.0/8 or 2001:db8::/32,"
                                + " or one address");
    }

    @Test
    void tornFileIsRefused() {
        assertThat(problems("10.0.0.0/8\n10.1.0.0/1"))
                .containsExactly(
                        "office.txt:2:1: prefix: the last line does not end with a line feed, so that it may be"
                                + " cut short; add one");
    }

    @Test
    void fileWithoutAPrefixIsRefused() {
        String none = "office.txt:1:1: prefix: the file has no prefix; write one on a line, or remove the file from the"
                + " configuration";

        assertThat(problems("")).containsExactly(none);
        assertThat(problems("# nothing yet\n")).containsExactly(none);
    }

    @Test
    void numberOfPrefixesAndSizeAreBounded() {
        assertThat(problems("10.0.0.1\n".repeat(PrefixFile.MOST))).isEmpty();
        assertThat(problems("10.0.0.1\n".repeat(PrefixFile.MOST + 1)))
                .containsExactly("office.txt:1:1: prefix: the file has 100001 prefixes; write 100000 at most");
        assertThat(PrefixFile.parse(Path.of("office.txt"), new byte[PrefixFile.LARGEST + 1])
                        .problems())
                .extracting(Problem::toString)
                .containsExactly("office.txt: file: is larger than 8MiB; name a file of prefixes");
    }

    @Test
    void prefixesAndFilesStandTogether() {
        Prefixes both = Prefixes.parse(List.of("@office.txt", "10.0.0.0/8", "::1"));

        assertThat(both).hasToString("10.0.0.0/8|::1|@office.txt");
        assertThat(both).isEqualTo(Prefixes.parse(List.of("::1", "@office.txt", "10.0.0.0/8")));
        assertThatThrownBy(() -> Prefixes.parse(List.of("@"))).hasMessage("\"@\" names no file; write @prefixes.txt");
        assertThatThrownBy(() -> Prefixes.parse(List.of("@\0")))
                .hasMessage("\"@\\x00\" is not a path; write @ and a file");
    }
}
