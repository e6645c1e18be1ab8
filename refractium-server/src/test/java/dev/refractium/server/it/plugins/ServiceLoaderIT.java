package dev.refractium.server.it.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.testkit.PluginJar;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whichever of its methods is called, a plugin finds the services of its own JAR, and none of the server's. */
class ServiceLoaderIT {
    /** The JVM's properties, which a plugin and its test both see. */
    private static final String FOUND = "refractium.test.services-found";

    @TempDir
    private Path directory;

    @BeforeEach
    @AfterEach
    void forget() {
        System.clearProperty(FOUND);
    }

    @Test
    void everyMethodFindsTheServicesOfItsOwnJarAlone() throws Exception {
        PluginJar.named("services")
                .manifest("Plugin-Class", "plugin.Services")
                .file("META-INF/services/plugin.Services$Word", "plugin.Services$Own\n")
                .source(services())
                .writeTo(directory.resolve("services.jar"));
        try (TestBackend backend = TestBackend.named("b");
                Proxy proxy = Proxy.of(
                        Proxy.builder()
                                .plugins(directory)
                                .route(
                                        "services",
                                        route -> route.match("word", "Any")
                                                .to(backend.address())
                                                .hooks("watching")),
                        backend)) {
            try (Client client = proxy.connect()) {
                client.send("x");
                assertThat(client.read(3)).isEqualTo("b>x");
            }
            await().until(() -> found().stream().anyMatch(line -> line.startsWith("closed ")));
        }

        // Where a reload is under way, it is the last to let the plugin go, and nobody waits for that.
        await().until(() -> found().stream().anyMatch(line -> line.startsWith("stop ")));
        assertThat(found())
                .extracting(line -> line.substring(0, line.indexOf(' ')))
                .contains("class", "plugin", "start", "stop")
                .contains("protocol", "name", "canStartWith", "configured", "normalForm", "identify")
                .contains("hook", "hookName", "hookConfigured", "bytes", "open", "data", "closed", "close");
        assertThat(found()).allSatisfy(line -> assertThat(line).endsWith(" plugin.Services$Own and 0 of the server"));
    }

    private static List<String> found() {
        return Stream.of(System.getProperty(FOUND, "").split("\n"))
                .filter(line -> !line.isEmpty())
                .toList();
    }

    private static String services() {
        return """
                package plugin;
                import dev.refractium.api.*;
                import java.util.*;
                public class Services extends org.pf4j.Plugin {
                    public interface Word {}
                    public static class Own implements Word {}
                    static void at(String method) {
                        StringBuilder line = new StringBuilder(method);
                        for (Word word : ServiceLoader.load(Word.class)) {
                            line.append(" ").append(word.getClass().getName());
                        }
                        int others = 0;
                        for (Object other : ServiceLoader.load(org.slf4j.spi.SLF4JServiceProvider.class)) {
                            others++;
                        }
                        line.append(" and ").append(others).append(" of the server\\n");
                        synchronized (System.class) {
                            System.setProperty("%1$s", System.getProperty("%1$s", "") + line);
                        }
                    }
                    static { at("class"); }
                    public Services() { at("plugin"); }
                    public void start() { at("start"); }
                    public void stop() { at("stop"); }
                    @org.pf4j.Extension
                    public static class Speaking implements Protocol {
                        public Speaking() { at("protocol"); }
                        public String name() { at("name"); return "services"; }
                        public List<String> attributes() { return List.of("word"); }
                        public String normalForm(String attribute, String value) { at("normalForm"); return "any"; }
                        public boolean canStartWith(int first) { if (first == 7) at("canStartWith"); return true; }
                        public Protocol configured(Settings settings) { at("configured"); return this; }
                        public Identification identify(Peek peek) {
                            at("identify");
                            return Identification.match("word", "any");
                        }
                    }
                    @org.pf4j.Extension
                    public static class Watching implements Hook {
                        public Watching() { at("hook"); }
                        public String name() { at("hookName"); return "watching"; }
                        public Hook configured(Settings settings) { at("hookConfigured"); return this; }
                        public Set<Direction> bytes() { at("bytes"); return Set.of(Direction.FROM_CLIENT); }
                        public Tap open(Session session) {
                            at("open");
                            return new Tap() {
                                public void data(Chunk chunk) { at("data"); }
                                public void closed(SessionEnd end) { at("closed"); }
                            };
                        }
                        public void close() { at("close"); }
                    }
                }
                """.formatted(FOUND);
    }
}
