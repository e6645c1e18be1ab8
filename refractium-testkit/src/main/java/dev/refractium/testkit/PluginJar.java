package dev.refractium.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/**
 * Builds a plugin's JAR as a build would, or one that a host must refuse. A new one has a good manifest and neither
 * classes nor extensions. Not thread-safe.
 */
public final class PluginJar {
    private static final String INDEX = "META-INF/extensions.idx";

    private final Map<String, String> manifest = new LinkedHashMap<>();
    private final Map<String, byte[]> files = new LinkedHashMap<>();

    private PluginJar(String id) {
        manifest("Plugin-Id", id).version("1.0.0").requires(">=0.1.0 & <1.0.0");
    }

    /** A plugin of this id, version 1.0.0, for the API of today. */
    public static PluginJar named(String id) {
        return new PluginJar(id);
    }

    /** Sets {@code Plugin-Version}. */
    public PluginJar version(String version) {
        return manifest("Plugin-Version", version);
    }

    /** Sets {@code Plugin-Requires}. */
    public PluginJar requires(String range) {
        return manifest("Plugin-Requires", range);
    }

    /** Sets an attribute of the manifest. */
    public PluginJar manifest(String attribute, String value) {
        manifest.put(attribute, value);
        return this;
    }

    /**
     * Compiles classes for Java 17, one text for each file, and puts them in. They may refer to each other and to the
     * class path of the test. PF4J's annotation processor lists those that are an {@code @Extension} in the index.
     *
     * @throws IllegalArgumentException with the compiler's messages if they do not compile
     */
    public PluginJar source(String... sources) {
        Sources.compile(List.of(sources)).forEach((path, content) -> {
            if (path.equals(INDEX)) {
                index(new String(content, StandardCharsets.UTF_8));
            } else {
                files.put(path, content);
            }
        });
        return this;
    }

    /** Puts in classes of the test's own class path. Nested classes must be named too, extensions listed. */
    public PluginJar classes(Class<?>... types) {
        for (Class<?> type : types) {
            String path = type.getName().replace('.', '/') + ".class";
            try (InputStream in = type.getClassLoader().getResourceAsStream(path)) {
                if (in == null) {
                    throw new IllegalArgumentException("no class file for " + type + " on the class path");
                }
                files.put(path, in.readAllBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return this;
    }

    /** Lists a class in the index of extensions, whether it is there or not. */
    public PluginJar extension(String className) {
        return index(className + "\n");
    }

    /** Puts in any file, in place of one of the same path. The array is copied. */
    public PluginJar file(String path, byte[] content) {
        files.put(path, content.clone());
        return this;
    }

    /** Puts in a file of UTF-8 text, in place of one of the same path. */
    public PluginJar file(String path, String text) {
        return file(path, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Leaves out what goes by this name, be it an attribute of the manifest or a file. */
    public PluginJar without(String name) {
        manifest.remove(name);
        files.remove(name);
        return this;
    }

    /**
     * A copy of a file's content.
     *
     * @throws IllegalArgumentException if there is no such file
     */
    public byte[] content(String path) {
        byte[] content = files.get(path);
        if (content == null) {
            throw new IllegalArgumentException("no " + path + " among " + files.keySet());
        }
        return content.clone();
    }

    /** The JAR: the manifest, then the files in the order in which they were put in. */
    public byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, javaManifest())) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                jar.putNextEntry(new ZipEntry(file.getKey()));
                jar.write(file.getValue());
                jar.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Writes the JAR, over a file that is there, and returns its path. */
    public Path writeTo(Path file) {
        try {
            return Files.write(file, bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private PluginJar index(String lines) {
        byte[] before = files.getOrDefault(INDEX, new byte[0]);
        return file(INDEX, new String(before, StandardCharsets.UTF_8) + lines);
    }

    private Manifest javaManifest() {
        Manifest made = new Manifest();
        made.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.forEach((name, value) -> made.getMainAttributes().putValue(name, value));
        return made;
    }
}
