package dev.refractium.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:80, 127.0.0.1, 80",
        "[::1]:65535, ::1, 65535",
        "[FE80::1%eth0]:1, fe80::1%eth0, 1",
        "[FE80::1%vEthernet]:1, fe80::1%vEthernet, 1",
        "[::ffff:10.0.0.1]:1, ::ffff:10.0.0.1, 1",
        "Web-1.Example.COM:8080, web-1.example.com, 8080",
        "db.internal.:5432, db.internal., 5432",
        "my_service:80, my_service, 80",
        "b\u00fccher.example:80, xn--bcher-kva.example, 80",
        "1password.com:443, 1password.com, 443"
    })
    void addressIsReadAndWrittenInOneForm(String text, String host, int port) {
        Endpoint endpoint = Endpoint.parse(text);

        assertThat(endpoint).isEqualTo(new Endpoint(host, port));
        assertThat(Endpoint.parse(endpoint.toString())).isEqualTo(endpoint);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/run/app.sock", "/run/app/x:80", "/a"})
    void pathAfterUnixIsASocket(String path) {
        Endpoint endpoint = Endpoint.parse("unix:" + path);

        assertThat(endpoint).isEqualTo(new Endpoint(path, 0)).hasToString("unix:" + path);
        assertThat(endpoint.isUnix()).isTrue();
    }

    @Test
    void unixWithAPortIsAHost() {
        assertThat(Endpoint.parse("unix:80")).isEqualTo(new Endpoint("unix", 80));
    }

    @Test
    void pathsEndAt106Bytes() {
        String longest = "/" + "a".repeat(105);

        assertThat(Endpoint.parse("unix:" + longest).host()).isEqualTo(longest);
        assertThatThrownBy(() -> Endpoint.parse("unix:" + longest + "a"))
                .hasMessageEndingWith("is 107 bytes long; a socket's path has 106 at most");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "unix:@app            | abstract name",
                "unix:run/app.sock    | not an absolute path",
                "unix:                | not an absolute path",
                "unix:///run/app.sock | plain form",
                "unix:/run/../a       | plain form",
                "unix:/run/./a        | plain form",
                "unix:/run/           | plain form",
                "unix:/               | plain form",
                "unix:/run/..         | plain form",
                "unix:/run/my app     | has a character",
                "unix:/run/\u00fc       | has a character",
                "unix:/run/a\\b        | has a character",
                "unix:/run/a\"b        | has a character",
                "/run/app.sock        | write unix:/path",
                "/run/app.sock:80     | write unix:/path",
            })
    void refusedPathSaysWhy(String text, String why) {
        assertThatThrownBy(() -> Endpoint.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @Test
    void serviceHasANameAndNoPort() {
        Endpoint service = Endpoint.parse("srv://_LDAP._tcp.example.org");

        assertThat(service.isService()).isTrue();
        assertThat(service.port()).isZero();
        assertThat(service).hasToString("srv://_ldap._tcp.example.org");
        assertThat(Endpoint.parse("srv:80").isService()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "srv://_ldap._tcp.example.org:389 | has more than a name",
                "srv://_ldap._tcp.example.org/x   | has more than a name",
                "srv://example.org                | not the name of a service",
                "srv://_ldap._tcp                 | not the name of a service",
                "srv://                           | not a host name",
                "srv://_ldap._tcp.a..b            | not a host name",
            })
    void refusedServiceSaysWhy(String text, String why) {
        assertThatThrownBy(() -> Endpoint.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "a",
                "a:",
                ":1",
                "a:0",
                "a:65536",
                "a:-1",
                "a:+",
                "a:+65536",
                "a:++1",
                "a:1 ",
                " a:1",
                "a:\u0661",
                "a:99999999999",
                "[::1]",
                "[::1]80",
                "::1:80",
                "[]:80",
                "[1.2.3.4]:80",
                "[:::]:80",
                "[::1%]:80",
                "1.2.3:80",
                "127.1:80",
                "0x7f.1:80",
                "010.0.0.1:80",
                "256.0.0.1:80",
                "1.2.3.4.:80",
                "-a:80",
                "a-:80",
                "a..b:80",
                "a/b:80",
                "a b:80",
                "tcp://a:80",
                "a\nb:80",
                "[[::1]]:80",
                "*:80"
            })
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> Endpoint.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesEndAt253CharactersAndLabelsAt63() {
        String label = "a".repeat(63);
        String longest = label + "." + label + "." + label + "." + "a".repeat(61);

        assertThat(new Endpoint(longest, 1).host()).hasSize(253);
        assertThatThrownBy(() -> new Endpoint(longest + "a", 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Endpoint("a".repeat(64), 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void portMayBeAddedToTheListeners() {
        Endpoint kept = Endpoint.parse("a:+0");
        Endpoint higher = Endpoint.parse("[::1]:+1000");

        assertThat(kept.port(8000)).isEqualTo(8000);
        assertThat(higher.port(8000)).isEqualTo(9000);
        assertThat(kept).hasToString("a:+0").isNotEqualTo(Endpoint.parse("a:1"));
        assertThat(higher).hasToString("[::1]:+1000");
    }
}
