package dev.refractium.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
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
    private static final String EXTENSIONS = "META-INF/extensions.idx";

    private final Map<String, String> manifest = new LinkedHashMap<>();
    private final Map<String, byte[]> entries = new LinkedHashMap<>();

    private PluginJar(String id) {
        manifest.put("Plugin-Id", id);
        manifest.put("Plugin-Version", "1.0.0");
        manifest.put("Plugin-Requires", ">=0.1.0 & <1.0.0");
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

    /** Leaves an attribute out of the manifest. */
    public PluginJar without(String attribute) {
        manifest.remove(attribute);
        return this;
    }

    /** Compiles a class against the class path of the test and puts it in, and the classes that come with it. */
    public PluginJar source(String className, String source) {
        entries.putAll(Sources.compile(className, source));
        return this;
    }

    /** Puts in a class of the test's own class path; its nested classes must be named too. */
    public PluginJar classes(Class<?>... types) {
        for (Class<?> type : types) {
            String path = type.getName().replace('.', '/') + ".class";
            try (InputStream in = type.getClassLoader().getResourceAsStream(path)) {
                if (in == null) {
                    throw new IllegalArgumentException("no class file for " + type + " on the class path");
                }
                entries.put(path, in.readAllBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return this;
    }

    /** Compiles a class, puts it in and lists it as an extension. */
    public PluginJar extension(String className, String source) {
        return source(className, source).extension(className);
    }

    /** Lists a class as an extension, whether it is there or not. */
    public PluginJar extension(String className) {
        byte[] before = entries.getOrDefault(EXTENSIONS, new byte[0]);
        String after = new String(before, StandardCharsets.UTF_8) + className + "\n";
        return entry(EXTENSIONS, after.getBytes(StandardCharsets.UTF_8));
    }

    /** Puts in any file. */
    public PluginJar entry(String path, byte[] content) {
        entries.put(path, content.clone());
        return this;
    }

    /** The JAR. */
    public byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, javaManifest())) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                jar.putNextEntry(new ZipEntry(entry.getKey()));
                jar.write(entry.getValue());
                jar.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Writes the JAR, over a file that is there, and returns its path. */
    public Path writeTo(Path file) {
        return write(file, bytes());
    }

    /** Writes all but the last third of the JAR, as a copy that has not ended would. */
    public Path writeTruncatedTo(Path file) {
        byte[] bytes = bytes();
        return write(file, Arrays.copyOf(bytes, bytes.length * 2 / 3));
    }

    /** Writes the JAR with one bit of its first entry's content turned, so that a checksum does not hold. */
    public Path writeDamagedTo(Path file) {
        byte[] bytes = bytes();
        int nameLength = bytes[26] & 0xff;
        int extraLength = bytes[28] & 0xff;
        int content = 30 + nameLength + extraLength;
        bytes[content + 8] ^= 1;
        return write(file, bytes);
    }

    private Manifest javaManifest() {
        Manifest made = new Manifest();
        made.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.forEach((name, value) -> made.getMainAttributes().putValue(name, value));
        return made;
    }

    private static Path write(Path file, byte[] bytes) {
        try {
            return Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
