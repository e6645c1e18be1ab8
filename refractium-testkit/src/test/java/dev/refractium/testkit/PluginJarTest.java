package dev.refractium.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Supplier;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginJarTest {
    private static final String INDEX = "META-INF/extensions.idx";
    private static final String GREETER = """
            package a.b;
            public class Greeter implements java.util.function.Supplier<String> {
                static class Words { static final String HELLO = new String("hello"); }
                public String get() { return Words.HELLO; }
            }
            """;

    @TempDir
    Path dir;

    @Test
    void sourceRunsFromTheJar() throws Exception {
        Path jar = PluginJar.named("greeter").source(GREETER).writeTo(dir.resolve("g.jar"));

        assertThat(said(jar, "a.b.Greeter")).isEqualTo("hello");
    }

    @Test
    void sourcesCompiledTogetherMayReferToEachOther() throws Exception {
        String polite = "package a.b; public class Polite extends Greeter {"
                + " public String get() { return super.get() + \", please\"; } }";
        Path jar = PluginJar.named("greeter").source(polite, GREETER).writeTo(dir.resolve("g.jar"));

        assertThat(said(jar, "a.b.Polite")).isEqualTo("hello, please");
    }

    @Test
    void extensionsAreListedByPf4j() {
        PluginJar jar = PluginJar.named("two")
                .source("package a; @org.pf4j.Extension public class One implements org.pf4j.ExtensionPoint {}")
                .source("package a; public class None {}")
                .source("package a; @org.pf4j.Extension public class Two implements org.pf4j.ExtensionPoint {}")
                .extension("a.Gone");

        assertThat(text(jar.content(INDEX)).lines().filter(line -> !line.startsWith("#")))
                .containsExactly("a.One", "a.Two", "a.Gone");
    }

    @Test
    void manifestAndFilesAreWritten() throws Exception {
        Path jar = PluginJar.named("a-plugin")
                .version("2.1.0")
                .requires(">=9.0.0")
                .extension("a.First")
                .extension("a.Second")
                .classes(PluginJarTest.class)
                .writeTo(dir.resolve("a.jar"));

        try (JarFile file = new JarFile(jar.toFile())) {
            Attributes manifest = file.getManifest().getMainAttributes();
            assertThat(manifest.getValue("Plugin-Id")).isEqualTo("a-plugin");
            assertThat(manifest.getValue("Plugin-Version")).isEqualTo("2.1.0");
            assertThat(manifest.getValue("Plugin-Requires")).isEqualTo(">=9.0.0");
            assertThat(read(file, INDEX)).isEqualTo("a.First\na.Second\n");
            assertThat(file.getEntry("dev/refractium/testkit/PluginJarTest.class"))
                    .isNotNull();
        }
    }

    @Test
    void attributesAndFilesCanBeLeftOut() throws Exception {
        Path jar = PluginJar.named("a")
                .file("kept", "text")
                .file("dropped", "text")
                .without("dropped")
                .without("Plugin-Id")
                .writeTo(dir.resolve("a.jar"));

        try (JarFile file = new JarFile(jar.toFile())) {
            assertThat(file.getManifest().getMainAttributes().getValue("Plugin-Id"))
                    .isNull();
            assertThat(file.getEntry("dropped")).isNull();
            assertThat(read(file, "kept")).isEqualTo("text");
        }
    }

    @Test
    void contentIsACopy() {
        PluginJar jar = PluginJar.named("a").file("text", "text");

        jar.content("text")[0] = 'n';

        assertThat(text(jar.content("text"))).isEqualTo("text");
        assertThatThrownBy(() -> jar.content("gone")).hasMessageContaining("no gone among [text]");
    }

    @Test
    void sourceThatDoesNotCompileIsShown() {
        assertThatThrownBy(() -> PluginJar.named("a").source("package a; class Bad {"))
                .hasMessageContaining("does not compile")
                .hasMessageContaining("class Bad {");
    }

    private Object said(Path jar, String className) throws Exception {
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {jar.toUri().toURL()}, getClass().getClassLoader())) {
            Object greeter = loader.loadClass(className).getConstructor().newInstance();
            return ((Supplier<?>) greeter).get();
        }
    }

    private static String read(JarFile file, String path) throws IOException {
        return text(file.getInputStream(file.getEntry(path)).readAllBytes());
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
