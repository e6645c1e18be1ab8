package dev.refractium.server.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Protocol;
import dev.refractium.server.files.StateDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealedLoaderTest {
    @TempDir
    private Path directory;

    private StateDirectory copies;

    @BeforeEach
    void openCopies() throws IOException {
        copies = StateDirectory.open(Map.of());
    }

    @AfterEach
    void closeCopies() {
        copies.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dev.refractium.api.Protocol",
                "org.pf4j.Extension",
                "org.slf4j.LoggerFactory",
                "java.net.http.HttpClient",
                "java.sql.Connection",
                "javax.crypto.Cipher"
            })
    void aPluginFinds(String name) {
        looking(name).writeTo(directory.resolve("plugin.jar"));

        try (PluginScan scan = PluginDirectory.load(directory, copies)) {
            assertThat(scan.refused()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "io.netty.buffer.ByteBuf",
                "dev.refractium.server.plugin.PluginDirectory",
                "dev.refractium.testkit.ProtocolContract",
                "org.apache.logging.log4j.core.Logger",
                "org.apache.logging.log4j.Logger",
                "org.tomlj.Toml",
                "picocli.CommandLine",
                "com.github.zafarkhaja.semver.Version",
                "org.junit.jupiter.api.Test"
            })
    void aPluginDoesNotFind(String name) {
        looking(name).writeTo(directory.resolve("plugin.jar"));

        PluginScan scan = PluginDirectory.load(directory, copies);

        assertThat(scan.refused()).singleElement().asString().contains("ClassNotFoundException: " + name);
    }

    @Test
    void aJarThatBringsTheApiStillImplementsTheHosts() {
        String api = "dev/refractium/api/Protocol.class";
        TestJar.providing("echo")
                .entry(api, bytesOf(Protocol.class, "Protocol.class"))
                .writeTo(directory.resolve("plugin.jar"));

        try (PluginScan scan = PluginDirectory.load(directory, copies)) {
            assertThat(scan.accepted()).hasSize(1);
        }
    }

    @Test
    void aJarThatBringsALibraryOfTheHostsUsesItsOwn() {
        byte[] own = TestJar.of("package org.tomlj; public class Toml { public String toString() { return \"own\"; } }")
                .content("org/tomlj/Toml.class");
        looking("org.tomlj.Toml").entry("org/tomlj/Toml.class", own).writeTo(directory.resolve("plugin.jar"));

        try (PluginScan scan = PluginDirectory.load(directory, copies)) {
            assertThat(scan.accepted()).hasSize(1);
        }
    }

    @Test
    void annotationsThatAreNotThereAtRunTimeDoNoHarm() {
        TestJar.of("""
                package plugin;
                import dev.refractium.api.*;
                import org.jspecify.annotations.*;
                @org.pf4j.Extension
                @NullMarked
                public class Annotated implements Protocol {
                    private @Nullable String nothing;
                    public String name() { return "annotated" + getClass().getAnnotations().length; }
                    public Identification identify(Peek peek) { return Identification.noMatch(); }
                }
                """).writeTo(directory.resolve("plugin.jar"));

        try (PluginScan scan = PluginDirectory.load(directory, copies)) {
            assertThat(scan.accepted().get(0).protocols().get(0).name())
                    .as("@Extension is there, @NullMarked is not")
                    .isEqualTo("annotated1");
        }
    }

    /** Asks for the class as soon as it is made. */
    private static TestJar looking(String name) {
        return TestJar.providing("looking", """
                public Recogniser() throws Exception {
                    Class.forName(new String(getClass().getResourceAsStream("/wanted").readAllBytes()));
                }
                """).entry("wanted", name);
    }

    private static byte[] bytesOf(Class<?> type, String file) {
        try (InputStream in = Objects.requireNonNull(type.getResourceAsStream(file))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
