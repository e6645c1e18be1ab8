package dev.refractium.server.it.clients;

import dev.refractium.server.admin.AdminRules;
import dev.refractium.server.admin.AdminServer;
import dev.refractium.server.control.Administration;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.UdpBackend;
import dev.refractium.server.it.support.UdpClient;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A server with a page, backends of several protocols, and clients that come and go. */
final class PageScene implements AutoCloseable {
    private static final String BULK = "x".repeat(1 << 10);

    private final ScheduledExecutorService clients = Executors.newScheduledThreadPool(4);
    private final List<Closeable> open = new ArrayList<>();
    private final List<TestBackend> shop = new ArrayList<>();
    private final Path file;
    private final Proxy proxy;
    private final AdminServer admin;

    PageScene(Path directory, int moreRoutes) throws Exception {
        for (int i = 0; i < 3; i++) {
            shop.add(kept(TestBackend.serving(socket -> serve(socket, 40))));
        }
        TestBackend api = kept(TestBackend.serving(socket -> serve(socket, 8)));
        TestBackend files = kept(TestBackend.serving(socket -> serve(socket, 120)));
        TestBackend git = kept(TestBackend.named("SSH-2.0-git\r\n"));
        UdpBackend names = UdpBackend.echoOn("127.0.0.1");
        open.add(names::close);
        StringBuilder config = new StringBuilder("""
            [server]
            bind = "127.0.0.1"
            port = 0
            hot_reload = false
            max_connections_per_ip = 0
            udp_max_sessions_per_ip = 0

            [pools.shop]
            servers = ["%s", "%s", "%s"]
            health = { interval = "200ms", fall = 1 }
            queue_timeout = "2s"

            [[protocols]]
            id = "shop"
            name = "http"
            host = "shop.example.com"
            forward_to = "pool:shop"

            [[protocols]]
            id = "api"
            name = "http"
            host = "api.example.com"
            forward_to = "%s"

            [[protocols]]
            id = "downloads"
            name = "http"
            host = "files.example.com"
            forward_to = "%s"

            [[protocols]]
            id = "git"
            name = "ssh"
            forward_to = "%s"

            [[protocols]]
            id = "names"
            name = "dns"
            forward_to = "%s"
            transport = "udp"
            """.formatted(
                        shop.get(0).address(),
                        shop.get(1).address(),
                        shop.get(2).address(),
                        api.address(),
                        files.address(),
                        git.address(),
                        names.address()));
        for (int i = 0; i < moreRoutes; i++) {
            config.append("""

                [[protocols]]
                id = "site-%1$04d"
                name = "http"
                host = "site-%1$04d.example.com"
                forward_to = "%2$s"
                """.formatted(i, api.address()));
        }
        file = Files.writeString(directory.resolve("refractium.toml"), config);
        Path plugins = Path.of(Objects.requireNonNull(System.getProperty("refractium.plugins")));
        proxy = Proxy.of(Proxy.builder().config(file).plugins(plugins));
        admin = AdminServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new AdminRules(List.of(), true, Optional.empty()),
                administration());
        serveClients();
    }

    private TestBackend kept(TestBackend made) {
        open.add(made::close);
        return made;
    }

    Administration administration() {
        return proxy.server().administration();
    }

    String url() {
        return "http://127.0.0.1:" + admin.address().getPort() + "/";
    }

    /** Ends a backend of the pool, and returns its address. */
    String endBackend() throws IOException {
        shop.get(1).close();
        return shop.get(1).address();
    }

    /** Refuses a reload, with two problems. */
    void refuseReload() throws Exception {
        String good = Files.readString(file);
        Files.writeString(
                file,
                good.replace("id = \"api\"", "id = \"api\"\nfoward_to = \"10.0.0.1:80\"")
                        .replace("queue_timeout = \"2s\"", "queue_timeout = \"2 weeks\""));
        administration().reload();
        Files.writeString(file, good);
    }

    /** Sends this many KiB per line received. */
    private static void serve(Socket socket, int kib) throws IOException {
        InputStream in = socket.getInputStream();
        byte[] answer = BULK.repeat(kib).getBytes(StandardCharsets.ISO_8859_1);
        for (int c = in.read(); c >= 0; c = in.read()) {
            if (c == '\n') {
                socket.getOutputStream().write(answer);
            }
        }
    }

    private void serveClients() throws IOException {
        for (int i = 0; i < 6; i++) {
            stay("GET / HTTP/1.1\r\nHost: shop.example.com\r\n\r\n", 400 + 90 * i);
        }
        for (int i = 0; i < 3; i++) {
            stay("GET / HTTP/1.1\r\nHost: api.example.com\r\n\r\n", 300 + 200 * i);
        }
        stay("GET / HTTP/1.1\r\nHost: files.example.com\r\n\r\n", 500);
        stay("SSH-2.0-OpenSSH_9.2\r\n", 700);
        stay("SSH-2.0-OpenSSH_9.2\r\n", 900);
        every(450, () -> come("GET / HTTP/1.1\r\nHost: shop.example.com\r\n\r\n", "127.0.0.1"));
        every(1900, () -> come("GET / HTTP/1.1\r\nHost: old.example.net\r\n\r\n", "127.0.0.23"));
        every(3100, () -> come("\u0003\u0000\u0000\u0013 rdp\r\n", "127.0.0.77"));
        every(4700, () -> come("SSH-2.0", "127.0.0.5"));
        every(800, this::ask);
    }

    private void every(int ms, Work work) {
        clients.scheduleAtFixedRate(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // Clients of a backend that ends, or of a server that closes.
                    }
                },
                ms,
                ms,
                TimeUnit.MILLISECONDS);
    }

    private interface Work {
        void run() throws IOException;
    }

    /** A client that stays, and sends another line each {@code ms}; one that is closed comes again. */
    private void stay(String hello, int ms) throws IOException {
        Socket[] socket = {new Socket()};
        open.add(() -> socket[0].close());
        every(ms, () -> {
            if (!socket[0].isConnected() || socket[0].isClosed()) {
                socket[0] = new Socket(proxy.tcp().getAddress(), proxy.tcp().getPort());
                socket[0].getOutputStream().write(hello.getBytes(StandardCharsets.ISO_8859_1));
            }
            try {
                socket[0].getOutputStream().write('\n');
                InputStream in = socket[0].getInputStream();
                in.skipNBytes(in.available());
            } catch (IOException e) {
                socket[0].close();
            }
        });
    }

    private void come(String hello, String from) throws IOException {
        try (Client client = Client.from(from, proxy.tcp())) {
            client.send(hello).finish().rest();
        }
    }

    private void ask() throws IOException {
        byte[] question = {0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, 'w', 'w', 'w', 4, 't', 'e', 's', 't', 0, 0, 1, 0, 1};
        try (UdpClient client = UdpClient.to(proxy.udp())) {
            client.send(question).receive();
        }
    }

    @Override
    public void close() throws IOException {
        clients.shutdownNow();
        admin.close();
        proxy.close();
        for (Closeable one : open) {
            one.close();
        }
    }
}
