package dev.refractium.server.it.clients;

import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.UdpBackend;
import dev.refractium.testkit.PluginJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The backends behind the ports of docs/recipes.md whose configuration the page does not give, and the plugins of its
 * canary. {@link RecipePrograms} are the others.
 */
final class RecipeBackends implements AutoCloseable {
    private final Lab lab;
    private final Map<Integer, Integer> ports = new HashMap<>();
    private final TestBackend mail = TestBackend.serving(new Smtp());
    private final TestBackend greeter = TestBackend.named("greeter");
    private final UdpBackend game = UdpBackend.named("game");

    private RecipeBackends(Lab lab) throws IOException {
        this.lab = lab;
    }

    /** Starts the backends of a recipe; for a port of the proxy or of another program stands a free one. */
    static RecipeBackends start(Lab lab, Recipe recipe) throws Exception {
        RecipeBackends backends = new RecipeBackends(lab);
        for (int port : recipe.ports()) {
            boolean own = recipe.configuration().contains("port = " + port + "\n");
            backends.ports.put(port, own ? Ports.free() : backends.startOne(port));
        }
        return backends;
    }

    /** Returns the port that a test uses for each documented one. */
    Map<Integer, Integer> ports() {
        return ports;
    }

    private int startOne(int documented) throws Exception {
        return switch (documented) {
            case 22 -> sshd();
            case 25 -> mail.port();
            case 5353 -> Dnsmasq.start(lab);
            case 8081 -> proxied();
            case 8083 -> plain();
            case 8443 -> site("www.example.com");
            case 9000 -> game.port();
            case 9001 -> greeter();
            case 10443 -> responder();
            case 9443 -> site("shop.example.net");
            default -> Ports.free();
        };
    }

    private int sshd() throws Exception {
        Sshd sshd = Sshd.start(lab);
        sshd.replaceClient();
        return sshd.port();
    }

    private int site(String name) throws Exception {
        int port = Ports.free();
        Certificates.Pair pair = new Certificates(lab).issue(name);
        Nginx.start(lab, port, """
                server {
                    listen 127.0.0.1:%d ssl;
                    ssl_certificate %s;
                    ssl_certificate_key %s;
                    return 200 "this is %s\\n";
                }
                """.formatted(port, pair.certificate(), pair.key(), name));
        return port;
    }

    /** Starts what answers the validation of a name by TLS (RFC 8737). */
    private int responder() throws Exception {
        int port = Ports.free();
        Certificates.Pair pair = new Certificates(lab).issue("www.example.com");
        lab.serve(
                () -> lab.accepts(port),
                "openssl",
                "s_server",
                "-quiet",
                "-accept",
                "127.0.0.1:" + port,
                "-cert",
                pair.certificate(),
                "-key",
                pair.key(),
                "-alpn",
                "acme-tls/1");
        return port;
    }

    private int plain() throws Exception {
        int port = Ports.free();
        Nginx.start(lab, port, """
                server {
                    listen 127.0.0.1:%d;
                    location / { return 200 "served here\\n"; }
                }
                """.formatted(port));
        return port;
    }

    /** Starts a site that expects a PROXY header, and answers with the client's address. */
    private int proxied() throws Exception {
        int port = Ports.free();
        Nginx.start(lab, port, """
                server {
                    listen 127.0.0.1:%d proxy_protocol;
                    location / { return 200 "your address is $proxy_protocol_addr\n"; }
                }
                """.formatted(port));
        return port;
    }

    /** Replaces the built plugins by a plugin of which there are two versions. */
    private int greeter() throws IOException {
        try (Stream<Path> built = Files.list(lab.directory().resolve("plugins"))) {
            for (Path jar : built.toList()) {
                Files.delete(jar);
            }
        }
        for (String directory : new String[] {"plugins", "stable", "canary"}) {
            PluginJar.named("example-greeting")
                    .version(directory.equals("canary") ? "1.1.0" : "1.0.0")
                    .source("""
                            package com.example;
                            import dev.refractium.api.*;
                            @org.pf4j.Extension
                            public class Greeting implements Protocol {
                                private static final byte[] FIRST = {'G', 'R', 'E', 'E', 'T', ' '};
                                public String name() { return "greeting"; }
                                public Identification identify(Peek peek) {
                                    return switch (peek.startsWith(FIRST, 0)) {
                                        case YES -> Identification.match();
                                        case SO_FAR -> Identification.needMore(FIRST.length);
                                        case NO -> Identification.noMatch();
                                    };
                                }
                            }
                            """)
                    .writeTo(Files.createDirectories(lab.directory().resolve(directory))
                            .resolve("greeting.jar"));
        }
        return greeter.port();
    }

    @Override
    public void close() throws IOException {
        mail.close();
        greeter.close();
        game.close();
    }
}
