package dev.refractium.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names of the hosts file, for which no name server is asked. */
class SystemNamesTest {
    @TempDir
    Path directory;

    @Test
    void hostsFileIsFollowed() throws Exception {
        Path hosts = Files.writeString(directory.resolve("hosts"), "192.0.2.1 one # a comment\n2001:db8::1 one two\n");

        try (DnsClient client = new DnsClient()) {
            SystemNames names = new SystemNames(client, directory.resolve("resolv.conf"), hosts);

            assertThat(addresses(names, "ONE")).containsExactly("192.0.2.1", "2001:db8:0:0:0:0:0:1");
            assertThat(addresses(names, "two.")).containsExactly("2001:db8:0:0:0:0:0:1");
            Files.writeString(hosts, "192.0.2.17 one\n");
            assertThat(addresses(names, "one")).containsExactly("192.0.2.17");
            assertThat(names.ask(new NameQuestion("one")).source()).isEqualTo("hosts");
        }
    }

    @Test
    void localhostNeedsNoFileAndNoServer() throws Exception {
        try (DnsClient client = new DnsClient()) {
            SystemNames names =
                    new SystemNames(client, directory.resolve("resolv.conf"), directory.resolve("no-such-file"));

            assertThat(addresses(names, "localhost")).containsExactly("127.0.0.1", "0:0:0:0:0:0:0:1");
            assertThat(addresses(names, "app.localhost.")).containsExactly("127.0.0.1", "0:0:0:0:0:0:0:1");
        }
    }

    private static List<String> addresses(NameService names, String name) throws UnknownHostException {
        return names.ask(new NameQuestion(name)).members().stream()
                .map(member -> member.address().getHostAddress())
                .toList();
    }
}
