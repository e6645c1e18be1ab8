package dev.refractium.server.watch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How files look from outside at one moment: two that are equal tell that nothing was written in between. */
record FileStamps(List<Mark> marks) {
    FileStamps {
        marks = List.copyOf(marks);
    }

    private static final Logger log = LoggerFactory.getLogger(FileStamps.class);

    /**
     * How one file looks.
     *
     * @param changed when the file system saw the last change, a time that no program can set back; null
     *     where there is no such time
     * @param key which file it is, where the file system tells: another of the same name has another
     */
    record Mark(
            Path path,
            long size,
            FileTime modified,
            @Nullable Object changed,
            @Nullable Object key) {
        private static Mark of(Path file) throws IOException {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            return new Mark(file, now.size(), now.lastModifiedTime(), changed(file), now.fileKey());
        }

        private static @Nullable Object changed(Path file) throws IOException {
            try {
                return Files.getAttribute(file, "unix:ctime");
            } catch (UnsupportedOperationException e) {
                return null;
            }
        }
    }

    /** Looks; a file that is not there is not in it. */
    static FileStamps of(Sources sources) {
        List<Path> files = new ArrayList<>(sources.jars());
        sources.config().ifPresent(files::add);
        List<Mark> marks = new ArrayList<>();
        for (Path file : files) {
            try {
                marks.add(Mark.of(file));
            } catch (IOException e) {
                log.trace("not there, or a link that leads nowhere: {}", file, e);
            }
        }
        return new FileStamps(marks);
    }
}
