package dev.refractium.server.files;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The place of the server's own code. */
final class OwnCode {
    private static final Logger log = LoggerFactory.getLogger(OwnCode.class);

    /** Written by the first threads that need it; all find the same. */
    private static volatile Set<Path> known = Set.of();

    private OwnCode() {}

    /**
     * Returns the directories above the code. A user who may write one of them can replace the server itself, so that
     * refusing a plugin because of that user would protect nothing.
     */
    static Set<Path> directories() {
        if (known.isEmpty()) {
            known = find();
        }
        return known;
    }

    private static Set<Path> find() {
        CodeSource source = OwnCode.class.getProtectionDomain().getCodeSource();
        if (source == null) {
            return Set.of();
        }
        try {
            return Way.to(Path.of(source.getLocation().toURI())).steps().stream()
                    .filter(step -> step.kind() == Way.Kind.DIRECTORY)
                    .map(Way.Step::path)
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException | URISyntaxException | IllegalArgumentException | FileSystemNotFoundException e) {
            log.debug("own code not found at {}", source.getLocation(), e);
            return Set.of();
        }
    }
}
