package dev.refractium.server.demo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.refractium.api.Transport;
import dev.refractium.server.net.Closer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;

/** The scenes of the demonstration with their backends, which run from when this is made until it is closed. */
final class Stage implements AutoCloseable {
    /** The one protocol that no plugin provides: the route brings its own magic bytes. */
    static final String OWN_PROTOCOL = "magic";

    private static final int BACKLOG = 64;

    private final List<Scene> scenes = new ArrayList<>();

    Stage() throws IOException {
        try (Closer closer = new Closer()) {
            closer.add(this::close);
            addPlain();
            addTls();
            addSpecial();
            closer.keep();
        }
    }

    /** In the order in which they are played. */
    List<Scene> scenes() {
        return List.copyOf(scenes);
    }

    @Override
    public void close() {
        try (Closer closer = new Closer()) {
            scenes.forEach(scene -> closer.add(scene.backend(), Backend::close));
        }
    }

    private void addPlain() throws IOException {
        scenes.add(new Scene(
                "HTTP request",
                "http",
                UnaryOperator.identity(),
                new TcpBackend("http", listen(ServerSocketFactory.getDefault()), Conversations.http("http")),
                Clients.http("demo.test"),
                "curl http://127.0.0.1:PORT/"));
    }

    private void addTls() throws IOException {
        Certificates certificates = new Certificates();
        SSLContext trust = certificates.client(List.of("tls_alpha", "tls_beta"));
        for (String name : List.of("alpha", "beta")) {
            String host = name + ".demo.test";
            String backend = "tls_" + name;
            ServerSocketFactory tls = certificates.server(backend).getServerSocketFactory();
            scenes.add(new Scene(
                    "TLS for " + host,
                    "https",
                    route -> route.match("sni", host),
                    new TcpBackend(backend, listen(tls), Conversations.http(backend)),
                    Clients.https(host, trust),
                    "curl -k --resolve " + host + ":PORT:127.0.0.1 https://" + host + ":PORT/"));
        }
    }

    private void addSpecial() throws IOException {
        ServerSocketFactory sockets = ServerSocketFactory.getDefault();
        scenes.add(new Scene(
                "SSH identification",
                "ssh",
                UnaryOperator.identity(),
                new TcpBackend("ssh", listen(sockets), Conversations.ssh("ssh")),
                Clients.tcp("SSH-2.0-RefractiumDemo\r\n".getBytes(ISO_8859_1)),
                "ssh -p PORT 127.0.0.1"));
        scenes.add(new Scene(
                "nothing (FTP client)",
                "ftp",
                UnaryOperator.identity(),
                new TcpBackend("ftp", listen(sockets), Conversations.ftp("ftp")),
                Clients.tcp(),
                "nc 127.0.0.1 PORT                  # and type nothing for a second"));
        scenes.add(new Scene(
                "DNS question, UDP",
                "dns",
                route -> route.transport(Transport.UDP),
                new DnsBackend("dns"),
                Clients.dns("who.demo.test"),
                "dig -p PORT @127.0.0.1 who.demo.test TXT +short"));
        scenes.add(new Scene(
                "bytes CA FE D0 0D",
                OWN_PROTOCOL,
                route -> route.transport(Transport.TCP).pattern(Conversations.magic()),
                new TcpBackend("magic", listen(sockets), Conversations.magic("magic")),
                Clients.tcp(Conversations.magic()),
                "printf '\\312\\376\\320\\015' | nc 127.0.0.1 PORT"));
    }

    private static ServerSocket listen(ServerSocketFactory sockets) throws IOException {
        return sockets.createServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    }
}
