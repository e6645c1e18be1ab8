package dev.refractium.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import java.util.jar.JarFile;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginJarTest {
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
        Path jar = PluginJar.named("greeter").extension("a.b.Greeter", GREETER).writeTo(dir.resolve("g.jar"));

        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {jar.toUri().toURL()}, getClass().getClassLoader())) {
            Object greeter = loader.loadClass("a.b.Greeter").getConstructor().newInstance();
            assertThat(((Supplier<?>) greeter).get()).isEqualTo("hello");
        }
    }

    @Test
    void manifestAndIndexAreWritten() throws Exception {
        Path jar = PluginJar.named("a-plugin")
                .version("2.1.0")
                .requires(">=9.0.0")
                .without("Plugin-Provider")
                .extension("a.First")
                .extension("a.Second")
                .classes(PluginJarTest.class)
                .writeTo(dir.resolve("a.jar"));

        try (JarFile file = new JarFile(jar.toFile())) {
            assertThat(file.getManifest().getMainAttributes().getValue("Plugin-Id"))
                    .isEqualTo("a-plugin");
            assertThat(file.getManifest().getMainAttributes().getValue("Plugin-Version"))
                    .isEqualTo("2.1.0");
            assertThat(file.getManifest().getMainAttributes().getValue("Plugin-Requires"))
                    .isEqualTo(">=9.0.0");
            assertThat(read(file, "META-INF/extensions.idx")).isEqualTo("a.First\na.Second\n");
            assertThat(file.getEntry("dev/refractium/testkit/PluginJarTest.class"))
                    .isNotNull();
        }
    }

    @Test
    void anAttributeCanBeMissing() throws Exception {
        Path jar = PluginJar.named("a").without("Plugin-Id").writeTo(dir.resolve("a.jar"));

        try (JarFile file = new JarFile(jar.toFile())) {
            assertThat(file.getManifest().getMainAttributes().getValue("Plugin-Id"))
                    .isNull();
        }
    }

    @Test
    void aTruncatedJarDoesNotOpen() {
        Path jar = PluginJar.named("a").extension("a.b.Greeter", GREETER).writeTruncatedTo(dir.resolve("a.jar"));

        assertThatThrownBy(() -> new JarFile(jar.toFile())).isInstanceOf(ZipException.class);
    }

    @Test
    void aDamagedJarDoesNotReadThrough() throws Exception {
        Path jar = PluginJar.named("a").extension("a.b.Greeter", GREETER).writeDamagedTo(dir.resolve("a.jar"));

        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(jar))) {
            zip.getNextEntry();
            assertThatThrownBy(zip::readAllBytes).isInstanceOf(ZipException.class);
        }
    }

    @Test
    void sourceThatDoesNotCompileIsNamed() {
        assertThatThrownBy(() -> PluginJar.named("a").source("a.Bad", "package a; class Bad {"))
                .hasMessageContaining("a.Bad does not compile");
    }

    private static String read(JarFile file, String path) throws IOException {
        return new String(file.getInputStream(file.getEntry(path)).readAllBytes(), StandardCharsets.UTF_8);
    }
}
