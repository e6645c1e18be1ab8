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
record Sighting(List<Mark> marks) {
    Sighting {
        marks = List.copyOf(marks);
    }

    private static final Logger log = LoggerFactory.getLogger(Sighting.class);

    /** @param key which file it is, where the file system tells: another of the same name has another */
    private record Mark(
            Path path,
            long size,
            FileTime modified,
            @Nullable Object key) {}

    /** Looks; a file that is not there is not in it. */
    static Sighting of(Sources sources) {
        List<Path> files = new ArrayList<>(sources.jars());
        sources.config().ifPresent(files::add);
        List<Mark> marks = new ArrayList<>();
        for (Path file : files) {
            try {
                BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
                marks.add(new Mark(file, now.size(), now.lastModifiedTime(), now.fileKey()));
            } catch (IOException e) {
                log.trace("not there, or a link that leads nowhere: {}", file, e);
            }
        }
        return new Sighting(marks);
    }
}
