package dev.refractium.testkit;

import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles Java from text to files in memory, as a plugin's build would. */
final class Sources {
    /** What was compiled before: tests make the same plugin many times, and to compile it takes most of their time. */
    private static final Map<List<String>, Map<String, byte[]>> COMPILED = new ConcurrentHashMap<>();

    private Sources() {}

    /**
     * The class files by their paths in a JAR, nested classes included, and the extension index if there is an extension.
     * The arrays are shared: not to be written to.
     */
    static Map<String, byte[]> compile(List<String> sources) {
        return COMPILED.computeIfAbsent(sources, Sources::compileNow);
    }

    private static Map<String, byte[]> compileNow(List<String> sources) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new IllegalStateException("this Java has no compiler; run the tests on a JDK");
        }
        List<String> options = List.of(
                "--release",
                "17",
                "-classpath",
                System.getProperty("java.class.path"),
                "-processor",
                "org.pf4j.processor.ExtensionAnnotationProcessor");
        List<Text> texts = sources.stream().map(Text::new).toList();
        StringWriter messages = new StringWriter();
        try (Outputs outputs = new Outputs(compiler.getStandardFileManager(null, null, null))) {
            if (!compiler.getTask(messages, outputs, null, options, null, texts).call()) {
                throw new IllegalArgumentException("does not compile: " + messages);
            }
            return outputs.content();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Text extends SimpleJavaFileObject {
        private final String source;

        Text(String source) {
            super(URI.create("text:///source.java"), Kind.SOURCE);
            this.source = source;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
        }

        /** The text says which class it holds, whatever its file is called; package-info and module-info go by the file. */
        @Override
        public boolean isNameCompatible(String simpleName, Kind kind) {
            return kind == Kind.SOURCE && !simpleName.endsWith("-info");
        }
    }

    private static final class Outputs extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, ByteArrayOutputStream> files = new LinkedHashMap<>();

        Outputs(JavaFileManager standard) {
            super(standard);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
            return new Output(className.replace('.', '/') + kind.extension, kind);
        }

        @Override
        public FileObject getFileForOutput(
                Location location, String packageName, String relativeName, FileObject sibling) {
            String folder = packageName.isEmpty() ? "" : packageName.replace('.', '/') + "/";
            return new Output(folder + relativeName, JavaFileObject.Kind.OTHER);
        }

        Map<String, byte[]> content() {
            Map<String, byte[]> content = new LinkedHashMap<>();
            files.forEach((path, bytes) -> content.put(path, bytes.toByteArray()));
            return content;
        }

        private final class Output extends SimpleJavaFileObject {
            private final String path;

            Output(String path, Kind kind) {
                super(URI.create("output:///" + path), kind);
                this.path = path;
            }

            @Override
            public OutputStream openOutputStream() {
                return files.computeIfAbsent(path, key -> new ByteArrayOutputStream());
            }

            /** PF4J's processor looks for the index of an earlier run; here there is none. */
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) throws IOException {
                throw new FileNotFoundException(path);
            }
        }
    }
}
