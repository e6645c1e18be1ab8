package dev.refractium.plugins.parts.hook;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Another process that has a file's lock until it is destroyed. */
public final class LockHolder {
    private LockHolder() {}

    /** Starts it, and returns once it has the lock of {@code file}. */
    public static Process start(Path file) throws IOException, URISyntaxException {
        Path classes = Path.of(LockHolder.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process process = new ProcessBuilder(
                        java.toString(), "-cp", classes.toString(), LockHolder.class.getName(), file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (process.getInputStream().read() != '.') {
            throw new IOException("no lock");
        }
        return process;
    }

    public static void main(String[] args) throws IOException {
        try (FileChannel file = FileChannel.open(Path.of(args[0]), StandardOpenOption.APPEND);
                FileLock lock = file.lock()) {
            System.out.print(lock.isValid() ? '.' : 'x');
            System.out.flush();
            // Until the parent closes its end, as it does when it dies.
            int end = System.in.read();
            System.exit(end < 0 ? 0 : 1);
        }
    }
}
