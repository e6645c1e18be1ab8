package dev.refractium.server.net;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The content of a small file of the system, read again when the file has changed. Any thread; reads the disk. */
final class FollowedFile<T> {
    private final Path path;
    private final Function<List<String>, T> parser;

    /** All guarded by this object's monitor. */
    private @Nullable Object stamp;

    private T content;

    /** @param parser makes the content of the lines; of none while the file cannot be read */
    FollowedFile(Path path, Function<List<String>, T> parser) {
        this.path = path;
        this.parser = parser;
        this.content = parser.apply(List.of());
    }

    /** Returns the content as it is now. */
    synchronized T content() {
        Object now = stampNow();
        if (!Objects.equals(stamp, now)) {
            stamp = now;
            content = parser.apply(lines());
        }
        return content;
    }

    private @Nullable Object stampNow() {
        try {
            BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
            return List.of(file.lastModifiedTime(), file.size(), String.valueOf(file.fileKey()));
        } catch (IOException e) {
            return null;
        }
    }

    private List<String> lines() {
        try {
            // Any byte is a character there: a comment may be in any encoding.
            return Files.readAllLines(path, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return List.of();
        }
    }
}
