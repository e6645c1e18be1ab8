package dev.refractium.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Identification;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.TestBackend;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The server as a part of another program. */
class EmbeddingIT {
    private static final byte[] HELLO = "HELLO ".getBytes(StandardCharsets.US_ASCII);

    @Test
    void aFunctionIsAProtocol() throws Exception {
        try (TestBackend backend = TestBackend.named("greeter");
                Refractium proxy = greeting(backend.port()).start();
                Client client = Client.to(proxy.tcp().orElseThrow())) {
            client.send("HELLO Anna");

            assertThat(client.read(18)).isEqualTo("greeter>HELLO Anna");
        }
    }

    @Test
    void awaitsTheEndOfTheServer() throws Exception {
        Refractium proxy = greeting(9).start();
        CompletableFuture<Void> main = CompletableFuture.runAsync(() -> awaitEnd(proxy));
        assertThat(main).isNotDone();

        proxy.close();

        await().until(main::isDone);
        proxy.await();
    }

    @Test
    void leavesNoThreadWhenItIsClosed() throws Exception {
        Set<Thread> before = threads();
        try (TestBackend backend = TestBackend.named("greeter");
                Refractium proxy = greeting(backend.port()).start();
                Client client = Client.to(proxy.tcp().orElseThrow())) {
            client.send("HELLO Anna").finish();
            assertThat(client.rest().text()).isEqualTo("greeter>HELLO Anna");
        }

        await().untilAsserted(() -> assertThat(threads()).isSubsetOf(before));
    }

    @Test
    void namesAnOlderNettyOfTheClassPath() throws Exception {
        byte[] configuration = "fallback_tcp = \"127.0.0.1:9\"\n[server]\nbind = \"127.0.0.1\"\nport = 0\n"
                .getBytes(StandardCharsets.UTF_8);
        try (URLClassLoader classes = new URLClassLoader(withOlderNetty(), ClassLoader.getPlatformClassLoader())) {
            Class<?> server = classes.loadClass(Refractium.class.getName());
            Object builder = server.getMethod("builder").invoke(null);
            builder.getClass().getMethod("config", String.class, byte[].class).invoke(builder, "test", configuration);

            assertThatThrownBy(() -> builder.getClass().getMethod("start").invoke(builder))
                    .isInstanceOf(InvocationTargetException.class)
                    .cause()
                    .hasMessageContaining("netty-transport 4.1.")
                    .hasMessageContaining("set its property netty.version to 4.2.")
                    .extracting(failure -> failure.getClass().getName())
                    .isEqualTo(StartException.class.getName());
        }
    }

    /** Returns this class path as a parent that manages Netty would leave it. */
    private static URL[] withOlderNetty() throws IOException {
        Path older = Path.of(Objects.requireNonNull(
                System.getProperty("refractium.netty41"), "run by Maven, which sets refractium.netty41"));
        try (Stream<Path> files = Files.list(older)) {
            List<Path> jars = files.toList();
            assertThat(jars).hasSizeGreaterThan(5);
            return Stream.concat(
                            jars.stream(),
                            Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                                    .map(Path::of)
                                    .filter(entry -> jars.stream()
                                            .noneMatch(jar -> artifact(jar).equals(artifact(entry)))))
                    .map(EmbeddingIT::url)
                    .toArray(URL[]::new);
        }
    }

    private static String artifact(Path jar) {
        return jar.getFileName().toString().replaceFirst("-\\d.*", "");
    }

    private static URL url(Path entry) {
        try {
            return entry.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RefractiumBuilder greeting(int backend) {
        return Refractium.builder()
                .listen("127.0.0.1", 0)
                .protocol("greeting", peek -> switch (peek.startsWith(HELLO, 0)) {
                    case YES -> Identification.match();
                    case SO_FAR -> Identification.needMore(HELLO.length);
                    case NO -> Identification.noMatch();
                })
                .route("greeting", route -> route.to("127.0.0.1:" + backend));
    }

    private static void awaitEnd(Refractium proxy) {
        try {
            proxy.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.getName().startsWith("awaitility"))
                .collect(Collectors.toSet());
    }
}
