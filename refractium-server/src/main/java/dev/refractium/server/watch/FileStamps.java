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

/** The attributes of files at one moment: if two are equal, nothing was written in between. */
record FileStamps(List<Mark> marks) {
    FileStamps {
        marks = List.copyOf(marks);
    }

    private static final Logger log = LoggerFactory.getLogger(FileStamps.class);

    /**
     * The attributes of one file.
     *
     * @param changed when the file system saw the last change, a time that no program can set back; null if there is no
     *     such time
     * @param key the identity of the file, if the file system has one: another file of the same name has another key
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

    /** Reads the attributes; a file that does not exist is left out. */
    static FileStamps of(Sources sources) {
        List<Path> files = new ArrayList<>(sources.jars());
        sources.config().ifPresent(files::add);
        files.addAll(sources.parts());
        files.addAll(sources.included());
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
