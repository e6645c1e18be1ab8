package dev.refractium.conformance.servers;

import java.util.ArrayList;
import java.util.List;

/** The servers of Debian's packages. What is not installed is left out by those who start them. */
final class Debian {
    private static final String[] NGINX = {"nginx", "-p", "@DIR@", "-e", "stderr", "-c"};
    private static final String[] CADDY = {"caddy", "run", "--adapter", "caddyfile", "--config"};

    private Debian() {}

    /** Returns the servers of HTTP: with their defaults and, where they have such a switch, as lenient as they can be. */
    static List<Recipe> http() {
        String lenientLighttpd =
                "server.http-parseopts = (\"header-strict\" => \"disable\", \"host-strict\" => \"disable\")";
        return List.of(
                Recipe.of("nginx", "nginx.conf", "", with(NGINX, "@DIR@/nginx.conf")),
                Recipe.of(
                        "nginx, lenient", "nginx.conf", "ignore_invalid_headers off;", with(NGINX, "@DIR@/nginx.conf")),
                Recipe.of("Apache", "apache.conf", "", "apache2", "-X", "-f", "@DIR@/apache.conf"),
                Recipe.of(
                        "Apache, lenient",
                        "apache.conf",
                        "HttpProtocolOptions Unsafe LenientMethods Allow0.9",
                        "apache2",
                        "-X",
                        "-f",
                        "@DIR@/apache.conf"),
                Recipe.of("lighttpd", "lighttpd.conf", "", "lighttpd", "-D", "-f", "@DIR@/lighttpd.conf"),
                Recipe.of(
                        "lighttpd, lenient",
                        "lighttpd.conf",
                        lenientLighttpd,
                        "lighttpd",
                        "-D",
                        "-f",
                        "@DIR@/lighttpd.conf"),
                Recipe.of("HAProxy", "haproxy.cfg", "", "haproxy", "-q", "-db", "-f", "@DIR@/haproxy.cfg"),
                Recipe.of(
                        "HAProxy, lenient",
                        "haproxy.cfg",
                        "option accept-invalid-http-request",
                        "haproxy",
                        "-q",
                        "-db",
                        "-f",
                        "@DIR@/haproxy.cfg"),
                Recipe.of("Node", "node.js", "", "node", "@DIR@/node.js", "@PORT@"),
                Recipe.of("Node, lenient", "node.js", "", "node", "--insecure-http-parser", "@DIR@/node.js", "@PORT@"),
                Recipe.of("Python http.server", "http_server.py", "", "python3", "@DIR@/http_server.py", "@PORT@"),
                Recipe.of(
                        "gunicorn",
                        "wsgi_host.py",
                        "",
                        "gunicorn",
                        "--bind",
                        "127.0.0.1:@PORT@",
                        "--threads",
                        "8",
                        "--chdir",
                        "@DIR@",
                        "wsgi_host:application"),
                Recipe.of("Caddy", "Caddyfile", "", with(CADDY, "@DIR@/Caddyfile")));
    }

    /** Returns the servers of TLS. */
    static List<Recipe> tls() {
        List<Recipe> all = new ArrayList<>();
        all.add(openssl("a.test"));
        all.add(openssl("b.test"));
        all.add(Recipe.of("nginx", "nginx-tls.conf", "", with(NGINX, "@DIR@/nginx-tls.conf")));
        all.add(Recipe.of("Apache", "apache-tls.conf", "", "apache2", "-X", "-f", "@DIR@/apache-tls.conf"));
        all.add(Recipe.of("HAProxy", "haproxy-tls.cfg", "", "haproxy", "-q", "-db", "-f", "@DIR@/haproxy-tls.cfg"));
        for (String library : List.of("openssl", "gnutls", "mbedtls", "nss", "wolfssl")) {
            all.add(Recipe.of(
                    "lighttpd, " + library,
                    "lighttpd-tls.conf",
                    "mod_" + library,
                    "lighttpd",
                    "-D",
                    "-f",
                    "@DIR@/lighttpd-tls.conf"));
        }
        all.add(Recipe.of("Node", "node-tls.js", "", "node", "@DIR@/node-tls.js", "@PORT@", "@KEYS@"));
        all.add(Recipe.of("Python ssl", "tls_server.py", "", "python3", "@DIR@/tls_server.py", "@PORT@", "@KEYS@"));
        all.add(Recipe.of("Caddy", "Caddyfile-tls", "", with(CADDY, "@DIR@/Caddyfile-tls")));
        return all;
    }

    /** It has one name besides its own, and serves one connection at a time. */
    private static Recipe openssl(String name) {
        List<String> command = List.of(
                "openssl",
                "s_server",
                "-quiet",
                "-www",
                "-accept",
                "127.0.0.1:@PORT@",
                "-cipher",
                "ALL:@SECLEVEL=0",
                "-cert",
                "@KEYS@/default.pem",
                "-cert2",
                "@KEYS@/" + name + ".pem",
                "-key2",
                "@KEYS@/" + name + ".pem",
                "-servername",
                name);
        return new Recipe("openssl s_server, " + name, "none", "", command, List.of(name), 1);
    }

    private static String[] with(String[] words, String last) {
        List<String> all = new ArrayList<>(List.of(words));
        all.add(last);
        return all.toArray(String[]::new);
    }
}
