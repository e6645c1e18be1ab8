package dev.refractium.server.plugin;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** A plugin JAR, compiled from source by the test and then spoilt at will. */
final class TestJar {
    private static final Pattern CLASS = Pattern.compile("public (?:final )?class (\\w+)");
    private static final Map<String, Map<String, byte[]>> COMPILED = new ConcurrentHashMap<>();

    private final Map<String, String> manifest = new LinkedHashMap<>();
    private final Map<String, byte[]> entries = new LinkedHashMap<>();

    private TestJar(Map<String, byte[]> entries) {
        this.entries.putAll(entries);
        with("Plugin-Id", "test-plugin").with("Plugin-Version", "1.2.3").with("Plugin-Requires", ">=0.1.0 & <1.0.0");
    }

    /** The classes of {@code source} and the index that PF4J's processor writes, with a manifest that is in order. */
    static TestJar of(String source) {
        return new TestJar(COMPILED.computeIfAbsent(source, TestJar::compile));
    }

    /** A plugin that recognises everything as {@code protocol}; {@code members} are added to its class. */
    static TestJar providing(String protocol, String... members) {
        return of("""
                package plugin;
                import dev.refractium.api.*;
                import java.util.*;
                @org.pf4j.Extension
                public class Recogniser implements Protocol {
                    public String name() { return "%s"; }
                    public Identification identify(Peek peek) { return Identification.match(); }
                    %s
                }
                """.formatted(protocol, String.join("\n", members)));
    }

    /** Sets a line of the manifest. */
    TestJar with(String attribute, String value) {
        manifest.put(attribute, value);
        return this;
    }

    TestJar id(String id) {
        return with("Plugin-Id", id);
    }

    TestJar without(String name) {
        manifest.remove(name);
        entries.remove(name);
        return this;
    }

    TestJar entry(String name, byte[] content) {
        entries.put(name, content);
        return this;
    }

    TestJar entry(String name, String content) {
        return entry(name, content.getBytes(StandardCharsets.UTF_8));
    }

    byte[] content(String name) {
        return Objects.requireNonNull(entries.get(name), name).clone();
    }

    Path writeTo(Path file) {
        try {
            return Files.write(file, bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes)) {
            add(jar, "META-INF/MANIFEST.MF", manifestText().getBytes(StandardCharsets.UTF_8));
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                add(jar, entry.getKey(), entry.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private String manifestText() {
        StringBuilder text = new StringBuilder("Manifest-Version: 1.0\r\n");
        manifest.forEach(
                (name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
        return text.append("\r\n").toString();
    }

    private static void add(JarOutputStream jar, String name, byte[] content) throws IOException {
        jar.putNextEntry(new ZipEntry(name));
        jar.write(content);
        jar.closeEntry();
    }

    private static Map<String, byte[]> compile(String source) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        try {
            Path classes = Files.createTempDirectory("test-jar");
            List<String> options = List.of(
                    "-d",
                    classes.toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    "-processor",
                    "org.pf4j.processor.ExtensionAnnotationProcessor");
            try (StandardJavaFileManager files = compiler.getStandardFileManager(problems, null, null)) {
                if (!compiler.getTask(null, files, problems, options, null, List.of(new Source(source)))
                        .call()) {
                    throw new IllegalStateException(problems.getDiagnostics().toString());
                }
                return contents(classes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads what was compiled and removes it. */
    private static Map<String, byte[]> contents(Path directory) throws IOException {
        Map<String, byte[]> contents = new LinkedHashMap<>();
        try (Stream<Path> found = Files.walk(directory)) {
            for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
                if (Files.isRegularFile(path)) {
                    contents.put(directory.relativize(path).toString(), Files.readAllBytes(path));
                }
                Files.delete(path);
            }
        }
        return contents;
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String text) {
            super(URI.create("memory:///" + className(text) + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }

        private static String className(String text) {
            Matcher matcher = CLASS.matcher(text);
            if (!matcher.find()) {
                throw new IllegalArgumentException("no public class in: " + text);
            }
            return matcher.group(1);
        }
    }
}
