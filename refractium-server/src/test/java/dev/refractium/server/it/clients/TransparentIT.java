package dev.refractium.server.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.it.support.OwnNetwork;
import dev.refractium.server.net.IoKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The recipe for transparent mode in docs/recipes.md: curl, dig and ssh reach nginx, dnsmasq and sshd on another host,
 * which see them, over IPv4 and IPv6, TCP and UDP. Hosts are network namespaces.
 */
class TransparentIT {
    private static final Path PAGE = Path.of("..", "docs", "recipes.md");
    private static final Pattern SECTION =
            Pattern.compile("(?s)## Transparent mode\n.*?```toml\n(.*?)```.*?```sh\n(.*?)```.*?```sh\n(.*?)```");

    private static final String NGINX = """
            daemon off;
            master_process off;
            pid nginx.pid;
            error_log nginx.log;
            events {}
            http {
                log_format client '$remote_addr';
                access_log access.log client;
                client_body_temp_path body;
                proxy_temp_path proxy;
                fastcgi_temp_path fastcgi;
                uwsgi_temp_path uwsgi;
                scgi_temp_path scgi;
                server {
                    listen 80;
                    listen [::]:80;
                    return 200 "$remote_addr\\n";
                }
            }
            """;

    private static final String DNSMASQ = """
            listen-address=10.0.0.2
            listen-address=fd00::2
            bind-interfaces
            user=root
            group=root
            no-resolv
            no-hosts
            no-poll
            log-queries
            host-record=a.test,192.0.2.1
            host-record=spoofed.test,192.0.2.2
            """;

    @RegisterExtension
    final Lab lab = new Lab();

    @BeforeEach
    void findTools() {
        IoKind.EPOLL.missing().ifPresent(why -> Assumptions.abort("epoll: " + why));
        Stream.of("nginx", "dnsmasq", "sshd", "ssh", "curl", "dig", "nft", "ip", "nsenter")
                .forEach(Tool::find);
    }

    @Test
    void nginxAndDnsmasqSeeTheClientAndNoForgedAddressFromInside() throws Exception {
        install();

        List<String> said = network().run("sh network.sh '" + lab.directory().resolve("bin/refractium") + "'");

        assertThat(said)
                .contains("http 203.0.113.7", "http6 2001:db8:1::7", "dns 192.0.2.1", "dns6 192.0.2.1")
                .contains("nginx 203.0.113.7", "nginx 2001:db8:1::7")
                .contains("dnsmasq query[A] a.test from 203.0.113.7", "dnsmasq query[A] a.test from 2001:db8:1::7")
                .anyMatch(line -> line.startsWith("spoofed ") && line.contains("timed out"))
                .anyMatch(line -> line.matches("status ended.source-refused +1"))
                .noneMatch(line -> line.startsWith("dnsmasq query") && line.contains("spoofed"));
        if (isRoot()) {
            assertThat(said).anyMatch(line -> line.matches("ssh 203\\.0\\.113\\.7 \\d+ 10\\.0\\.0\\.2 22"));
        }
        System.out.println("transparent: nginx and dnsmasq saw the client: 4 of 4; forged from inside: 0 of 1");
    }

    @Test
    void startSaysWhatIsMissingWithoutTheCapability() throws Exception {
        install();
        String program = lab.directory().resolve("bin/refractium").toString();
        String less =
                "cd '%s' && exec setpriv --bounding-set -net_raw,-net_admin '%s'".formatted(lab.directory(), program);

        Output check = lab.run("sh", "-c", less + " check");
        Output start = lab.run("sh", "-c", less);

        assertThat(check.exitCode()).isZero();
        assertThat(check.text()).contains("10.0.0.2:80, [fd00::2]:80 from client");
        assertThat(check.errors())
                .contains("warning: cannot be served on this machine: ", "source: \"client\" dials", "CAP_NET_RAW");
        assertThat(start.exitCode()).isNotZero();
        assertThat(start.errors()).contains("source: \"client\" dials", "AmbientCapabilities=CAP_NET_RAW");
    }

    /** Returns whether the backend may run sshd, which changes to other users. */
    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private OwnNetwork network() {
        return new OwnNetwork(
                lab.directory().resolve("out"), "cd '" + lab.directory() + "' && ip link set lo up && nft list tables");
    }

    /** Writes what stands in the recipe, the configurations of its backends, and a program {@code refractium}. */
    private void install() throws Exception {
        Matcher recipe = SECTION.matcher(Files.readString(PAGE));
        assertThat(recipe.find()).as("a section of the recipe's form").isTrue();
        lab.write("refractium.toml", recipe.group(1));
        lab.write("proxy.sh", recipe.group(2));
        lab.write("backend.sh", recipe.group(3));
        lab.write("nginx.conf", NGINX);
        lab.write("dnsmasq.conf", DNSMASQ);
        if (isRoot()) {
            Sshd.prepare(lab, 22, "Port 22\n").clientConfiguration();
        }
        lab.write("network.sh", Files.readAllBytes(Path.of("src", "test", "resources", "transparent", "network.sh")));
        CommandLine.install(lab);
    }
}
