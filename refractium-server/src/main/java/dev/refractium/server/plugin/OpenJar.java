package dev.refractium.server.plugin;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.file.Path;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Reads the resources of a JAR from the file that was opened. The JDK would open the path again for each of them, and
 * the file may be missing or another by then: temporary directories are cleaned. Any thread.
 */
final class OpenJar extends URLStreamHandler implements Closeable {
    private static final String SEPARATOR = "!/";

    private final JarFile jar;
    private final String prefix;

    OpenJar(Path file) throws IOException {
        jar = new JarFile(file.toFile(), false, ZipFile.OPEN_READ, Runtime.version());
        prefix = "jar:" + file.toUri().toURL() + SEPARATOR;
    }

    /** Returns the URL of a resource, which the JDK found, in a form that is read from here. */
    URL reading(URL found) {
        try {
            return found.toString().startsWith(prefix) ? new URL(null, found.toString(), this) : found;
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected URLConnection openConnection(URL url) {
        return new Entry(url);
    }

    @Override
    public void close() throws IOException {
        jar.close();
    }

    private String nameOf(URL url) throws IOException {
        if (!url.toString().startsWith(prefix)) {
            throw new FileNotFoundException(url.toString());
        }
        // Encoded as a URI is: with escapes, and no plus sign for a blank.
        return URI.create("/" + url.toString().substring(prefix.length()))
                .getPath()
                .substring(1);
    }

    private final class Entry extends URLConnection {
        Entry(URL url) {
            super(url);
        }

        @Override
        public void connect() {
            // Already open.
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return jar.getInputStream(entry());
        }

        @Override
        public long getContentLengthLong() {
            try {
                return entry().getSize();
            } catch (IOException | IllegalStateException e) {
                return -1;
            }
        }

        private ZipEntry entry() throws IOException {
            ZipEntry entry = jar.getJarEntry(nameOf(getURL()));
            if (entry == null) {
                throw new FileNotFoundException(getURL().toString());
            }
            return entry;
        }
    }
}
