package dev.refractium.server.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.Refractium;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.report.HookCounts;
import dev.refractium.testkit.PluginJar;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The hooks' JARs in a real server, and one that is replaced while it watches. */
class ShippedHooksIT {
    private static final String REQUEST = "GET /hello HTTP/1.1\r\nHost: a.test\r\n\r\n";
    private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbye";
    private static final String SEEN = "refractium.test.seen";

    @RegisterExtension
    final Lab lab = new Lab();

    @Test
    void accessLogHasTheAttributesOfASessionAndCopiesNoByte() throws Exception {
        Path file = lab.directory().resolve("access.log");
        try (TestBackend web = web()) {
            Refractium proxy = lab.proxy("hooks = \"log\"", http(web) + """
                    [hooks.log]
                    hook = "access-log"
                    file = "%s"
                    """.formatted(file));
            try (Client client = Client.to(proxy.tcp().orElseThrow())) {
                client.send(REQUEST.substring(0, 20)).send(REQUEST.substring(20));
                assertThat(client.rest().text()).isEqualTo(ANSWER);
            }

            await().until(() -> Files.exists(file) && Files.size(file) > 0);
            assertThat(Files.readString(file))
                    .contains(
                            "\"protocol\":\"http\",\"attributes\":{\"host\":[\"a.test\"]},\"route\":\"http\",\"why\":\"match\"")
                    .contains("\"backend\":\"" + web.address() + "\"")
                    .contains(
                            "\"bytes_from_client\":" + REQUEST.length() + ",\"bytes_from_backend\":" + ANSWER.length())
                    .contains("\"listener\":\"default\"")
                    .contains("\"pool\":\"http\"")
                    .contains("\"attempts\":1,\"reason\":\"done\",\"ended_by\":")
                    .contains("\"stage\":\"relay\",\"ms_header\":null,\"ms_peek\":");
            assertThat(counts(proxy, "log").bytes()).isZero();
            assertThat(counts(proxy, "log").opened()).isOne();
        }
    }

    @Test
    void slowMirrorReceivesExactlyTheBytesOfTheClient() throws Exception {
        byte[] body = new byte[3_000_000];
        new Random(7).nextBytes(body);
        CompletableFuture<byte[]> mirrored = new CompletableFuture<>();
        CompletableFuture<Void> answered = new CompletableFuture<Void>().orTimeout(30, TimeUnit.SECONDS);
        try (TestBackend web = web();
                TestBackend mirror = TestBackend.serving(socket -> {
                    ByteArrayOutputStream all = new ByteArrayOutputStream();
                    all.write(socket.getInputStream().readNBytes(10_000));
                    answered.join();
                    socket.getInputStream().transferTo(all);
                    mirrored.complete(all.toByteArray());
                })) {
            Refractium proxy = lab.proxy(
                    "", http(web) + "hooks = [\"mirror\"]\n[hooks.mirror]\nto = \"" + mirror.address() + "\"\n");
            try (Client client = Client.to(proxy.tcp().orElseThrow())) {
                client.send(REQUEST).send(body).finish();
                assertThat(client.rest().text()).isEqualTo(ANSWER);
            }
            answered.complete(null);

            byte[] all = mirrored.get(30, TimeUnit.SECONDS);
            assertThat(all)
                    .startsWith(REQUEST.getBytes(StandardCharsets.ISO_8859_1))
                    .endsWith(body);
            assertThat(all).hasSize(REQUEST.length() + body.length);
        }
    }

    @Test
    void tsharkReadsRequestAndAnswerFromTheCapture() throws Exception {
        Path file = lab.directory().resolve("web.pcapng");
        try (TestBackend web = web()) {
            Refractium proxy =
                    lab.proxy("", http(web) + "hooks = [\"capture\"]\n[hooks.capture]\nfile = \"" + file + "\"\n");
            int port = Lab.port(proxy);
            try (Client client = Client.to(proxy.tcp().orElseThrow())) {
                client.send(REQUEST);
                assertThat(client.rest().text()).isEqualTo(ANSWER);
            }
            await().until(() -> counts(proxy, "capture").memory() == 0
                    && proxy.status().sessions() == 0
                    && counts(proxy, "capture").chunks() >= 2);
            proxy.close();

            assertThat(fields(file, port, "http.request", "tcp.dstport", "http.request.uri"))
                    .isEqualTo(port + ",/hello");
            assertThat(fields(file, port, "http.response", "tcp.srcport", "http.response.code"))
                    .isEqualTo(port + ",200");
        }
    }

    @Test
    void unknownHookIsRefusedWithASuggestion() throws Exception {
        try (TestBackend web = web()) {
            assertThatThrownBy(() -> lab.proxy("hooks = \"acess-log\"", http(web)))
                    .hasMessageContaining("no hook is called \"acess-log\"; did you mean \"access-log\"?");
            assertThatThrownBy(() -> lab.proxy(
                            "hooks = \"mirror\"", http(web) + "[hooks.mirror]\nto = \"127.0.0.1:1\"\nfro = 1\n"))
                    .hasMessageContaining("hooks.mirror.fro: unknown key");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void hookIsReplacedWhileLiveSessionsKeepTheOldOne(boolean followed) throws Exception {
        LinkedBlockingQueue<String> seen = new LinkedBlockingQueue<>();
        System.getProperties().put(SEEN, (Consumer<String>) seen::add);
        Path plugins = Files.createDirectories(lab.directory().resolve("own"));
        Path jar = plugins.resolve("seen.jar");
        hook(1).writeTo(jar);
        try (TestBackend web = TestBackend.named("w")) {
            Path file = lab.write("swap.toml", """
                    [server]
                    bind = "127.0.0.1"
                    port = 0
                    hot_reload = %s
                    plugins_dir = "%s"
                    fallback_tcp = "%s"
                    hooks = "seen"
                    """.formatted(followed, plugins, web.address()));
            try (Refractium proxy = Refractium.builder().config(file).start();
                    Client old = Client.to(proxy.tcp().orElseThrow())) {
                assertThat(old.send("a").read(3)).isEqualTo("w>a");
                proxy.reload();
                try (Client same = Client.to(proxy.tcp().orElseThrow())) {
                    assertThat(same.send("b").finish().rest().text()).isEqualTo("w>b");
                }
                assertThat(seen.poll(30, TimeUnit.SECONDS)).isEqualTo("v1 done");

                hook(2).writeTo(jar);
                if (followed) {
                    await().atMost(Duration.ofSeconds(20))
                            .until(() -> version(proxy).equals("1.0.2"));
                } else {
                    proxy.reload();
                }
                try (Client next = Client.to(proxy.tcp().orElseThrow())) {
                    assertThat(next.send("c").finish().rest().text()).isEqualTo("w>c");
                }
                assertThat(seen.poll(30, TimeUnit.SECONDS)).isEqualTo("v2 done");
                assertThat(old.finish().rest().text()).isEmpty();
                assertThat(seen.poll(30, TimeUnit.SECONDS)).isEqualTo("v1 done");
                assertThat(seen.poll(30, TimeUnit.SECONDS)).isEqualTo("v1 closed");
            }
            assertThat(seen.poll(30, TimeUnit.SECONDS)).isEqualTo("v2 closed");
        } finally {
            System.getProperties().remove(SEEN);
        }
    }

    private static String version(Refractium proxy) {
        return proxy.plan().plugins().get(0).version().orElseThrow();
    }

    private static HookCounts counts(Refractium proxy, String hook) {
        return Objects.requireNonNull(proxy.status().hooks().get(hook));
    }

    private String fields(Path capture, int port, String filter, String... fields) throws Exception {
        List<Object> command = new ArrayList<>(List.of(
                "tshark",
                "-r",
                capture,
                "-d",
                "tcp.port==" + port + ",http",
                "-Y",
                filter,
                "-T",
                "fields",
                "-E",
                "separator=,"));
        for (String field : fields) {
            command.add("-e");
            command.add(field);
        }
        return lab.run(command.toArray()).text();
    }

    private static PluginJar hook(int version) {
        return PluginJar.named("seen").version("1.0." + version).source("""
                package plugin;
                import dev.refractium.api.*;
                import java.util.function.Consumer;
                @org.pf4j.Extension
                public class Seen implements Hook {
                    @SuppressWarnings("unchecked")
                    private static void tell(String what) {
                        ((Consumer<String>) System.getProperties().get("%s")).accept("v%d " + what);
                    }
                    public String name() { return "seen"; }
                    public Tap open(Session session) { return end -> tell(end.cause()); }
                    public void close() { tell("closed"); }
                }
                """.formatted(SEEN, version));
    }

    private static String http(TestBackend web) {
        return "[[protocols]]\nname = \"http\"\nforward_to = \"" + web.address() + "\"\n";
    }

    /** Answers when it has read a head, and then reads to the end. */
    private static TestBackend web() throws Exception {
        return TestBackend.serving(socket -> {
            socket.getInputStream().readNBytes(REQUEST.length());
            socket.getOutputStream().write(ANSWER.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        });
    }
}
