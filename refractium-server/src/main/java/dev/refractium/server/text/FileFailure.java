package dev.refractium.server.text;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/**
 * Explains why a file could not be used, in the words of the system's own tools: Java's are often the name of an
 * exception.
 */
public final class FileFailure {
    private FileFailure() {}

    /**
     * Returns one line, which names the file if {@code e} does, such as "/etc/x.toml: permission denied". To be
     * escaped.
     */
    public static String of(IOException e) {
        if (e instanceof FileSystemException trouble && trouble.getReason() == null && trouble.getFile() != null) {
            return trouble.getFile() + ": " + kind(trouble);
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static String kind(FileSystemException e) {
        if (e instanceof NoSuchFileException) {
            return "no such file or directory";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof NotDirectoryException) {
            return "not a directory";
        }
        return e instanceof FileAlreadyExistsException
                ? "is there already"
                : e.getClass().getSimpleName();
    }
}
