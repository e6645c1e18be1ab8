package dev.refractium.dist;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/** An installed tree with the real launcher and, in place of the server, {@link StubMain}. */
record Installation(Path home) {
    /** The tree that this build has made. */
    static final Path BUILT = Path.of("target", "refractium").toAbsolutePath();

    static Installation in(Path home) throws IOException {
        Files.createDirectories(home.resolve("bin"));
        Files.createDirectories(home.resolve("lib"));
        Files.copy(BUILT.resolve("bin/refractium"), home.resolve("bin/refractium"), StandardCopyOption.COPY_ATTRIBUTES);
        writeStub(home.resolve("lib/refractium.jar"));
        return new Installation(home);
    }

    /** A copy of the built tree, for tests that change it. */
    static Installation copiedTo(Path home) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(BUILT)) {
            all = files.toList();
        }
        for (Path file : all) {
            Path copy = home.resolve(BUILT.relativize(file).toString());
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
        }
        return new Installation(home);
    }

    Path launcher() {
        return home.resolve("bin/refractium");
    }

    private static void writeStub(Path jar) throws IOException {
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, StubMain.class.getName());
        String file = StubMain.class.getName().replace('.', '/') + ".class";
        try (OutputStream out = Files.newOutputStream(jar);
                var entries = new JarOutputStream(out, manifest);
                InputStream stub = StubMain.class.getResourceAsStream("StubMain.class")) {
            entries.putNextEntry(new JarEntry(file));
            entries.write(stub.readAllBytes());
        }
    }
}
