package dev.refractium.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles Java source from text to class files in memory. */
final class Sources {
    private Sources() {}

    /** The class files by their paths in a JAR, nested classes included. */
    static Map<String, byte[]> compile(String className, String source) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new IllegalStateException("this Java has no compiler; run the tests on a JDK");
        }
        StringWriter messages = new StringWriter();
        try (ClassFiles files = new ClassFiles(compiler.getStandardFileManager(null, null, null))) {
            List<String> options = List.of("--release", "17", "-proc:none");
            Text text = new Text(className, source);
            if (!compiler.getTask(messages, files, null, options, null, List.of(text))
                    .call()) {
                throw new IllegalArgumentException(className + " does not compile: " + messages);
            }
            return files.content();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Text extends SimpleJavaFileObject {
        private final String source;

        Text(String className, String source) {
            super(URI.create("text:///" + className.replace('.', '/') + ".java"), Kind.SOURCE);
            this.source = source;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
        }
    }

    private static final class ClassFiles extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, ByteArrayOutputStream> files = new LinkedHashMap<>();

        ClassFiles(JavaFileManager standard) {
            super(standard);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
            String path = className.replace('.', '/') + ".class";
            return new SimpleJavaFileObject(URI.create("class:///" + path), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return files.computeIfAbsent(path, key -> new ByteArrayOutputStream());
                }
            };
        }

        Map<String, byte[]> content() {
            Map<String, byte[]> content = new LinkedHashMap<>();
            files.forEach((path, bytes) -> content.put(path, bytes.toByteArray()));
            return content;
        }
    }
}
