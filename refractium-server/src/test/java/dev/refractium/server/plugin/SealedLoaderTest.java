package dev.refractium.server.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Protocol;
import dev.refractium.testkit.BytesPeek;
import dev.refractium.testkit.PluginJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

    @Test
    void classesResourcesAndServicesAreFoundWhenThePrivateCopyIsGone() throws IOException {
        PluginJar.named("lasting")
                .source("""
                package plugin;
                import dev.refractium.api.*;
                import java.util.*;
                @org.pf4j.Extension
                public class Lasting implements Protocol {
                    public String name() { return "lasting"; }
                    public Identification identify(Peek peek) {
                        ClassLoader loader = getClass().getClassLoader();
                        try (var text = getClass().getResourceAsStream("/a b+%41/text.txt")) {
                            return Identification.match(Map.of(
                                    "text", List.of(new String(text.readAllBytes())),
                                    "service", List.of(ServiceLoader.load(Runnable.class, loader)
                                            .findFirst().get().toString()),
                                    "classes", List.of("" + Collections.list(
                                            loader.getResources("plugin/Service.class")).size())));
                        } catch (Exception e) {
                            return Identification.unreadable(e.toString());
                        }
                    }
                }
                """)
                .source("package plugin; public class Service implements Runnable { public void run() {}"
                        + " public String toString() { return Later.NAME.trim(); } }"
                        + " class Later { static final String NAME = new String(\"lazy\"); }")
                .file("META-INF/services/java.lang.Runnable", "plugin.Service")
                .file("a b+%41/text.txt", "text")
                .writeTo(directory.resolve("plugin.jar"));
        try (PluginScan scan = load()) {
            assertThat(scan.refused()).isEmpty();
            Protocol protocol = scan.accepted().get(0).protocols().get(0);
            for (Path copy : filesIn(copies.path())) {
                Files.delete(copy);
            }

            assertThat(protocol.identify(BytesPeek.tcp(new byte[1])).attributes())
                    .isEqualTo(Map.of("text", List.of("text"), "service", List.of("lazy"), "classes", List.of("1")));
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
