package dev.refractium.server.plugin;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;

/**
 * What is known of a JAR before any of its code runs.
 *
 * @param extensions the class names of its extension index, in their order, at least one
 * @param named what its classes name
 */
record JarFacts(PluginManifest manifest, List<String> extensions, CallScan.Found named) {
    /** Written by PF4J's annotation processor. */
    static final String INDEX = "META-INF/extensions.idx";

    JarFacts {
        extensions = List.copyOf(extensions);
    }

    /** Reads all of {@code jar} and throws unless it can be loaded, as far as that shows without loading it. */
    static JarFacts read(Path jar) throws IOException, Refused {
        // Signatures are not verified: that would only give the checks below something else to fail on.
        try (JarFile file = new JarFile(jar.toFile(), false)) {
            new ZipCheck(file, Files.size(jar)).run();
            PluginManifest manifest = PluginManifest.of(manifest(file), name -> file.getEntry(name) != null);
            try {
                return new JarFacts(manifest, extensions(file), CallScan.of(file));
            } catch (Refused e) {
                throw e.by(manifest.id());
            }
        } catch (ZipException e) {
            throw new Refused("not a complete ZIP file (" + e.getMessage()
                    + "): not a JAR, cut short, or still being copied; copy it again");
        }
    }

    private static Manifest manifest(JarFile jar) throws IOException, Refused {
        Manifest manifest;
        try {
            manifest = jar.getManifest();
        } catch (IOException e) {
            throw new Refused("META-INF/MANIFEST.MF cannot be read: " + e.getMessage());
        }
        if (manifest == null) {
            throw new Refused(
                    "has no META-INF/MANIFEST.MF; a plugin's names Plugin-Id, Plugin-Version, Plugin-Requires");
        }
        return manifest;
    }

    private static List<String> extensions(JarFile jar) throws IOException, Refused {
        ZipEntry index = jar.getEntry(INDEX);
        if (index == null) {
            throw new Refused(
                    "has no " + INDEX + ", so declares no extension; annotate the protocol with @Extension and"
                            + " let PF4J's annotation processor run (javac of JDK 23 and later needs -proc:full; where an"
                            + " annotation processor path is given, pf4j must be on it)");
        }
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(jar.getInputStream(index), StandardCharsets.UTF_8))) {
            List<String> names = lines.lines()
                    .map(line -> line.replaceFirst("#.*", "").trim())
                    .filter(line -> !line.isEmpty())
                    .distinct()
                    .toList();
            if (names.isEmpty()) {
                throw new Refused(INDEX + " names no class; is a public class annotated with @Extension?");
            }
            return names;
        }
    }
}
