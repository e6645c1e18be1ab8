package dev.refractium.server.it.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The JAR that plugins/template builds, dropped in as a stranger would drop it. */
class TemplateIT {
    @TempDir
    private Path directory;

    @Test
    void templateJarIsRoutedByWithItsAttributeAndSetting() throws Exception {
        Path plugins = Files.createDirectory(directory.resolve("plugins"));
        Files.copy(builtJar(), plugins.resolve("greeting.jar"));
        try (TestBackend anna = TestBackend.named("anna");
                TestBackend others = TestBackend.named("others")) {
            Path file = Files.writeString(
                    directory.resolve("refractium.toml"), """
                    [server]
                    plugins_dir = "plugins"

                    [settings.example-greeting]
                    longest_name = 8

                    [[protocols]]
                    name = "greeting"
                    match = { name = "anna" }
                    forward_to = "%s"

                    [[protocols]]
                    name = "greeting"
                    forward_to = "%s"
                    """.formatted(anna.address(), others.address()));
            try (Proxy proxy = Proxy.of(Proxy.builder().config(file), anna, others)) {
                assertThat(answer(proxy, "GREET Anna\n")).isEqualTo("anna>GREET Anna\n");
                assertThat(answer(proxy, "GREET Bert\n")).isEqualTo("others>GREET Bert\n");
                assertThat(answer(proxy, "GREET Christopher\n")).isEmpty();
                assertThat(answer(proxy, "GET / HTTP/1.0\r\n\r\n")).isEmpty();
            }
        }
    }

    @Test
    void templateJarCopiedToARunningServerIsRoutedByWithinSeconds() throws Exception {
        Path plugins = Files.createDirectory(directory.resolve("plugins"));
        String without = """
                [server]
                plugins_dir = "plugins"

                [[protocols]]
                name = "one"
                patterns = ["ONE"]
                forward_to = "%1$s"
                """;
        try (TestBackend backend = TestBackend.named("b")) {
            Path file = Files.writeString(directory.resolve("refractium.toml"), without.formatted(backend.address()));
            try (Proxy proxy = Proxy.of(Proxy.builder().config(file), backend);
                    Client live = proxy.connect().send("ONE")) {
                live.read(5);
                assertThat(answer(proxy, "GREET Anna\n")).isEmpty();

                long begin = System.nanoTime();
                Files.copy(builtJar(), plugins.resolve("greeting.jar"));
                Files.writeString(
                        file,
                        (without + "\n[[protocols]]\nname = \"greeting\"\nforward_to = \"%1$s\"\n")
                                .formatted(backend.address()));
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> answer(proxy, "GREET Anna\n").equals("b>GREET Anna\n"));

                System.out.printf(
                        "template: routed %d ms after its JAR and its route were written%n",
                        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
                assertThat(live.send("more").read(4)).isEqualTo("more");
            }
        }
    }

    private static String answer(Proxy proxy, String request) throws IOException {
        try (Client client = proxy.connect()) {
            return client.send(request).finish().rest().text();
        }
    }

    private static Path builtJar() throws IOException {
        String built = Objects.requireNonNull(
                System.getProperty("refractium.template"), "run by Maven, which builds it before");
        try (Stream<Path> jars = Files.list(Path.of(built))) {
            List<Path> all = jars.toList();
            assertThat(all).hasSize(1);
            return all.get(0);
        }
    }
}
