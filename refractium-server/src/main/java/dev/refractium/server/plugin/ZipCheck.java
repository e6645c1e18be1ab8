package dev.refractium.server.plugin;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.CRC32;
import java.util.zip.ZipException;

/**
 * Reads a JAR from its first entry to its last, as the class loader would find them, so that a damaged or hostile file is
 * refused before any of its code runs.
 */
final class ZipCheck {
    static final int MAX_ENTRIES = 10_000;
    static final long MAX_INFLATED = 256L << 20;
    static final int MAX_RATIO = 200;
    /** The largest manifest or extension index, which are read into memory. */
    static final int MAX_TEXT = 1 << 20;

    private static final String CLASS = ".class";

    private final JarFile jar;
    private final long size;
    private final byte[] buffer = new byte[1 << 16];
    private final Set<String> names = new HashSet<>();
    private long inflated;

    /** @param size of the file, in bytes */
    ZipCheck(JarFile jar, long size) {
        this.jar = jar;
        this.size = size;
    }

    /** Throws unless every entry is whole and all sizes are sane. */
    void run() throws IOException, Refused {
        if (jar.size() > MAX_ENTRIES) {
            throw new Refused(jar.size() + " entries, " + MAX_ENTRIES + " at most; a plugin is a small JAR");
        }
        for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
            JarEntry entry = entries.nextElement();
            checkName(entry);
            try {
                checkContent(entry);
            } catch (ZipException | EOFException e) {
                throw damaged(entry);
            }
        }
    }

    private void checkName(JarEntry entry) throws Refused {
        String name = entry.getName();
        if (!names.add(name)) {
            throw new Refused("two entries called " + Refused.quote(name) + "; build the JAR again");
        }
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.endsWith(".jar")) {
            throw new Refused("holds another JAR, " + Refused.quote(name)
                    + ", whose classes would not be found; put the classes themselves in");
        }
        if (lower.equals("meta-inf/index.list")) {
            throw new Refused("has META-INF/INDEX.LIST, which can name further JARs; build it without an index");
        }
        if ((lower.equals("meta-inf/manifest.mf") || name.equals(JarFacts.INDEX)) && entry.getSize() > MAX_TEXT) {
            throw new Refused(Refused.quote(name) + " is larger than " + MAX_TEXT + " bytes");
        }
    }

    private void checkContent(JarEntry entry) throws IOException, Refused {
        CRC32 crc = new CRC32();
        long read = 0;
        try (InputStream in = jar.getInputStream(entry)) {
            int n = fill(in);
            if (isClass(entry)) {
                ClassVersion.check(entry.getName(), buffer, n);
            }
            for (; n > 0; n = fill(in)) {
                crc.update(buffer, 0, n);
                read += n;
                grow(n);
            }
        }
        if (read != entry.getSize() || crc.getValue() != entry.getCrc()) {
            throw damaged(entry);
        }
    }

    /** Fills the buffer, or reads to the end of the entry, so that the head of a class file is in it whole. */
    private int fill(InputStream in) throws IOException {
        return in.readNBytes(buffer, 0, buffer.length);
    }

    private void grow(int bytes) throws Refused {
        inflated += bytes;
        if (inflated > MAX_INFLATED) {
            throw new Refused("unpacks to more than " + (MAX_INFLATED >> 20) + " MiB; a plugin is a small JAR");
        }
        if (inflated > MAX_RATIO * size) {
            throw new Refused("unpacks to more than " + MAX_RATIO + " times its size; is it a plugin?");
        }
    }

    /** Multi-release JARs have classes below META-INF. They are refused: no class loader finds those classes. */
    private static boolean isClass(JarEntry entry) {
        return entry.getName().endsWith(CLASS) && !entry.getName().startsWith("META-INF/");
    }

    private static Refused damaged(JarEntry entry) {
        return new Refused("damaged: the content of " + Refused.quote(entry.getName())
                + " is not what the JAR's directory says; copy or build it again");
    }
}
