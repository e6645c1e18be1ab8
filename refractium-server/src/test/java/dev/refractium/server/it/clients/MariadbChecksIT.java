package dev.refractium.server.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.it.support.Full;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What a thousand probes make MariaDB think of the proxy's host: those that docs/operations.md warns of, and the login
 * that it has instead. Takes two minutes, so at full length only. MariaDB trusts 127.0.0.1, so all hosts are addresses of
 * a network of the test's own; what connects to one of them has that address itself.
 */
class MariadbChecksIT {
    private static final int PROBES = 1_000;
    private static final int MAX_CONNECT_ERRORS = 100;
    private static final String CONNECT = "192.0.2.1";
    private static final String GREETING = "192.0.2.2";
    private static final String LOGIN = "192.0.2.3";
    private static final Path PAGE = Path.of("..", "docs", "operations.md");

    @RegisterExtension
    final Lab lab = new Lab();

    @Test
    void onlyAProbeThatLogsInIsNoFailedHandshake() throws Exception {
        Assumptions.assumeTrue(Full.is(), "takes two minutes: at full length only");
        lab.enterNetwork("ip link set lo up; for i in 1 2 3; do ip addr add 192.0.2.$i/32 dev lo; done");
        startMariadb();
        sql("CREATE USER somebody@'%' IDENTIFIED BY 'secret'");
        sql("CREATE USER refractium@'%'");
        CommandLine.install(lab);
        lab.write(
                "refractium.toml",
                """
                [server]
                bind = "127.0.0.1"
                port = 0
                plugins_dir = "plugins"
                """
                        + route("connect", CONNECT, "check = \"tcp\"")
                        + route("greeting", GREETING, "check = \"send\", expect = { hex = \"00 0a\", offset = 3 }")
                        + route("login", LOGIN, login()));
        CommandLine.serve(lab);

        await().atMost(Duration.ofMinutes(5))
                .pollInterval(Duration.ofSeconds(5))
                .until(() -> handshakes(CONNECT) >= PROBES && handshakes(GREETING) >= PROBES && logins() >= PROBES);

        for (String host : new String[] {CONNECT, GREETING, LOGIN}) {
            System.out.printf(
                    "mariadb: %s: failed handshakes %d, SUM_CONNECT_ERRORS %d, refused since blocked %d%n",
                    host,
                    cached(host, "COUNT_HANDSHAKE_ERRORS"),
                    errors(host),
                    cached(host, "COUNT_HOST_BLOCKED_ERRORS"));
        }
        assertThat(errors(CONNECT)).isGreaterThanOrEqualTo(MAX_CONNECT_ERRORS);
        assertThat(errors(GREETING)).isGreaterThanOrEqualTo(MAX_CONNECT_ERRORS);
        assertThat(errors(LOGIN)).isZero();
        assertThat(client(CONNECT).errors()).contains("is blocked because of many connection errors");
        assertThat(client(LOGIN).succeeded().text()).contains("served");
        assertThat(lab.run("sh", "-c", "bin/refractium status").succeeded().text())
                .as("only a check that reads the answer sees that it is refused")
                .containsPattern(CONNECT + ":3306 +tcp +up")
                .containsPattern(GREETING + ":3306 +tcp +down")
                .containsPattern(LOGIN + ":3306 +tcp +up");
    }

    /** Starts it with names for the three hosts, since it counts errors of those only whose name service answers. */
    private void startMariadb() throws Exception {
        String server = Tool.find("mariadbd").toString();
        String data = "--datadir=" + lab.directory().resolve("data");
        lab.run(
                        "mariadb-install-db",
                        "--no-defaults",
                        "--user=root",
                        data,
                        "--auth-root-authentication-method=normal",
                        "--skip-test-db")
                .succeeded();
        lab.write("hosts", "127.0.0.1 localhost\n192.0.2.1 a.test\n192.0.2.2 b.test\n192.0.2.3 c.test\n");
        lab.serve(
                () -> lab.accepts(3306),
                "unshare",
                "-m",
                "sh",
                "-c",
                ("mount --bind hosts /etc/hosts && exec '%s' --no-defaults --user=root %s --port=3306"
                                + " --socket='%s' --bind-address=0.0.0.0 --performance-schema=ON"
                                + " --max-connect-errors=%d")
                        .formatted(server, data, socket(), MAX_CONNECT_ERRORS));
    }

    private Path socket() {
        return lab.directory().resolve("mariadb.sock");
    }

    /** Returns what the page has as the check by a login. */
    private static String login() throws Exception {
        String page = Files.readString(PAGE);
        String begin = "health = { check = \"send\", send = \",";
        int from = page.indexOf(begin);
        assertThat(from).as("the login in %s", PAGE).isPositive();
        return page.substring(page.indexOf("check", from), page.indexOf(" }\n", from));
    }

    private static String route(String name, String host, String check) {
        return """
                [[protocols]]
                name = "%s"
                patterns = ["%s"]
                transport = "tcp"
                forward_to = "%s:3306"
                health = { interval = "100ms", jitter = 0.0, %s }
                """.formatted(name, name, host, check);
    }

    /** Returns how many handshakes of a host have failed, or were refused. */
    private long handshakes(String host) throws Exception {
        return cached(host, "COUNT_HANDSHAKE_ERRORS + COUNT_HOST_BLOCKED_ERRORS");
    }

    /** Returns the errors in a row that the host is blocked for. */
    private long errors(String host) throws Exception {
        return cached(host, "SUM_CONNECT_ERRORS");
    }

    private long cached(String host, String column) throws Exception {
        return number(
                "SELECT COALESCE(SUM(" + column + "), 0) FROM performance_schema.host_cache WHERE IP = '" + host + "'");
    }

    private long logins() throws Exception {
        return number("SELECT COALESCE(SUM(TOTAL_CONNECTIONS), 0) FROM performance_schema.accounts"
                + " WHERE USER = 'refractium'");
    }

    private long number(String query) throws Exception {
        return Long.parseLong(sql(query).text().strip());
    }

    private Output sql(String statement) throws Exception {
        return lab.run("mariadb", "--no-defaults", "-uroot", "--socket=" + socket(), "-BN", "-e", statement)
                .succeeded();
    }

    private Output client(String host) throws Exception {
        return lab.run(
                "mariadb", "--no-defaults", "-usomebody", "-psecret", "-h", host, "-BN", "-e", "SELECT 'served'");
    }
}
