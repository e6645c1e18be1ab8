package dev.refractium.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class MapFileTest {
    private static MapFile.Parsed parse(String attribute, String text) {
        return MapFile.parse(Path.of("sites.map"), attribute, text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> problems(String text) {
        return parse("sni", text).problems().stream().map(Problem::toString).toList();
    }

    private static String find(MapFile.Parsed map, String name) {
        int entry = map.names().find(List.of(name));
        MapFile.Target target = map.targets().get(map.names().value(entry));
        return target.destination() + " line " + map.names().line(entry) + " of " + target.line();
    }

    @Test
    void hasANameAndItsDestinationOnALineAndComments() {
        MapFile.Parsed map = parse("sni", """
                # sites

                  A.Test\tweb1 # the first\r
                *.a.test pool:web1
                b.test 192.0.2.1:443,[2001:db8::1]:443
                b\u00fccher.test  web-2
                @ web1
                c.test. web1
                """);

        assertThat(map.problems()).isEmpty();
        assertThat(map.names().size()).isEqualTo(6);
        assertThat(map.targets()).hasSize(3);
        assertThat(find(map, "a.test")).isEqualTo("pool:web1 line 3 of 3");
        assertThat(find(map, "x.a.test")).isEqualTo("pool:web1 line 4 of 3");
        assertThat(find(map, "b.test")).isEqualTo("192.0.2.1:443, [2001:db8::1]:443 line 5 of 5");
        assertThat(find(map, "xn--bcher-kva.test")).isEqualTo("pool:web-2 line 6 of 6");
        assertThat(find(map, "c.test")).isEqualTo("pool:web1 line 8 of 3");
        assertThat(find(map, "other.test")).isEqualTo("pool:web1 line 7 of 3");
    }

    /** What a reload throws away is collected in a pause of all event loops. */
    @Test
    void readingALargeMapMakesItsTableAndLittleElse() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 100_000; i++) {
            text.append("n" + i + ".example.com b" + i % 1_000 + "\n");
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        MapFile.parse(Path.of("sites.map"), "sni", bytes);

        long before = threads.getCurrentThreadAllocatedBytes();
        MapFile.Parsed map = MapFile.parse(Path.of("sites.map"), "sni", bytes);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        System.out.printf("a map of %d bytes: %d bytes allocated%n", bytes.length, allocated);
        assertThat(map.names().size()).isEqualTo(100_000);
        assertThat(allocated).isLessThan(5L * bytes.length / 2);
    }

    @Test
    void valuesOfOtherAttributesStayAsTheyAre() {
        MapFile.Parsed map = parse("user", "Anna web1\nanna web2\n");

        assertThat(map.problems()).isEmpty();
        assertThat(find(map, "Anna")).startsWith("pool:web1");
        assertThat(find(map, "anna")).startsWith("pool:web2");
    }

    @Test
    void secondLineOfANameIsRefusedWithBoth() {
        assertThat(problems("a.test web1\nb.test web1\nA.test web2\n@ web1\n@ web2\n"))
                .containsExactly(
                        "sites.map:3:1: map: \"A.test\" is also on line 1; remove one",
                        "sites.map:5:1: map: \"@\" is also on line 4; remove one");
    }

    @Test
    void everyLineThatLeadsNowhereIsNamed() {
        String alone = " is no IP address with a port, which a map takes alone; write 192.0.2.1:443 or"
                + " [2001:db8::1]:443, or name a pool";

        assertThat(problems("""
                a
                b web1 web2
                c host.test:80
                d unix:/run/x
                e srv://_a._tcp.test
                f 192.0.2.1:+0
                g 192.0.2.1:99999
                h 192.0.2.1:80,192.0.2.1:80
                i Web
                j 192.0.2.1:80,web1
                k [fe80::1%eth0]:80
                """))
                .containsExactly(
                        "sites.map:1:1: map: \"a\" has no destination; write a pool or address:port behind it",
                        "sites.map:2:1: map: has more than a name and a destination; write several addresses as a:1,b:2",
                        "sites.map:3:1: map: \"host.test:80\"" + alone,
                        "sites.map:4:1: map: \"unix:/run/x\"" + alone,
                        "sites.map:5:1: map: \"srv://_a._tcp.test\"" + alone,
                        "sites.map:6:1: map: \"192.0.2.1:+0\"" + alone,
                        "sites.map:7:1: map: port 99999 is out of range; use 1 to 65535",
                        "sites.map:8:1: map: 192.0.2.1:80 is listed twice; remove one",
                        "sites.map:9:1: map: \"Web\" is no pool's name; write lower-case letters, digits, _ and -",
                        "sites.map:10:1: map: \"web1\" has no port; write host:port",
                        "sites.map:11:1: map: \"[fe80::1%eth0]:80\"" + alone);
    }

    @Test
    void nameThatNoSessionHasIsRefused() {
        assertThat(problems("a..test web1\nx*.test web1\n*. web1\na.test:443 web1\n-a.test web1\n"))
                .hasSize(5)
                .allMatch(problem -> problem.matches("sites\\.map:[1-5]:1: map: .*"));
    }

    @Test
    void bytesThatAreNoTextAreRefusedByLine() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes("a.test web1\n".getBytes(StandardCharsets.US_ASCII));
        bytes.write(0xff);
        bytes.writeBytes(".test web1\nb.test w".getBytes(StandardCharsets.US_ASCII));
        bytes.write(0xfe);
        bytes.write('\n');

        assertThat(MapFile.parse(Path.of("sites.map"), "sni", bytes.toByteArray())
                        .problems())
                .extracting(Problem::toString)
                .satisfiesExactly(
                        first -> assertThat(first)
                                .isEqualTo("sites.map:2:1: map: is not UTF-8; write the file as UTF-8"),
                        second -> assertThat(second)
                                .startsWith("sites.map:3:1: map: ")
                                .contains("is no pool's name"));
    }

    @Test
    void tornAndEmptyFilesAreRefused() {
        String none = "sites.map:1:1: map: the map has no name; write one on a line with its pool, or remove the map";

        assertThat(problems("a.test web1\nb.test we"))
                .containsExactly(
                        "sites.map:2:1: map: the last line does not end with a line feed, so that it may be cut"
                                + " short; add one");
        assertThat(problems("")).containsExactly(none);
        assertThat(problems("# nothing yet\n")).containsExactly(none);
    }

    @Test
    void firstHundredProblemsAreListed() {
        assertThat(problems("a\n".repeat(1_000)))
                .hasSize(101)
                .last()
                .isEqualTo("sites.map: file: has 900 more problems; mend these first");
    }
}
