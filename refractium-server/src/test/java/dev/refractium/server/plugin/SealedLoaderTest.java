package dev.refractium.server.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Protocol;
import dev.refractium.testkit.PluginJar;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealedLoaderTest extends LoadingTest {
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

        try (PluginScan scan = load()) {
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

        PluginScan scan = load();

        assertThat(scan.refused()).singleElement().asString().contains("ClassNotFoundException: " + name);
    }

    @Test
    void aJarThatBringsTheApiStillImplementsTheHosts() {
        Recogniser.jar("echo").classes(Protocol.class).writeTo(directory.resolve("plugin.jar"));

        try (PluginScan scan = load()) {
            assertThat(scan.accepted()).hasSize(1);
        }
    }

    @Test
    void aJarThatBringsALibraryOfTheHostsUsesItsOwn() {
        looking("org.tomlj.Toml")
                .source("package org.tomlj; public class Toml {}")
                .writeTo(directory.resolve("plugin.jar"));

        try (PluginScan scan = load()) {
            assertThat(scan.accepted()).hasSize(1);
        }
    }

    @Test
    void annotationsThatAreNotThereAtRunTimeDoNoHarm() {
        PluginJar.named("annotated").source("""
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

        try (PluginScan scan = load()) {
            assertThat(scan.accepted().get(0).protocols().get(0).name())
                    .as("@Extension is there, @NullMarked is not")
                    .isEqualTo("annotated1");
        }
    }

    /** Asks for the class as soon as it is made. */
    private static PluginJar looking(String name) {
        return Recogniser.jar("looking", """
                public Recogniser() throws Exception {
                    Class.forName(new String(getClass().getResourceAsStream("/wanted").readAllBytes()));
                }
                """).file("wanted", name);
    }
}
