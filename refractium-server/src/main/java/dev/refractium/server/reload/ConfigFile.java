package dev.refractium.server.reload;

import dev.refractium.server.config.ConfigReader;
import dev.refractium.server.config.Problem;
import dev.refractium.server.engine.EnvironmentException;
import dev.refractium.server.files.Provenance;
import dev.refractium.server.text.FileFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A configuration file as it was read.
 *
 * @param planted the problem if another user may have written it; then nothing of it is to be obeyed
 */
public record ConfigFile(ConfigReader.Parsed parsed, Optional<Problem> planted) {
    private static final Logger log = LoggerFactory.getLogger(ConfigFile.class);

    /**
     * Reads the file.
     *
     * @param trusted directories in which others may write
     * @param reading the reading that it is part of
     */
    public static ConfigFile read(Path file, Set<Path> trusted, ConfigReader.Reading reading)
            throws EnvironmentException {
        try {
            Judged<ConfigReader.Parsed> judged = Judged.read(
                    file, () -> Provenance.ofConfiguration(file, trusted), () -> ConfigReader.read(file, reading));
            Provenance provenance = judged.provenance();
            provenance
                    .excused()
                    .ifPresent(path ->
                            log.warn("configuration trusted though others may write file={} path={}", file, path));
            return new ConfigFile(judged.content(), provenance.reason().map(why -> planted(file, why)));
        } catch (IOException e) {
            throw new EnvironmentException("cannot read the configuration: " + FileFailure.of(e), e);
        }
    }

    private static Problem planted(Path file, String reason) {
        return new Problem(
                file.toString(), "file", reason + "; or start with --trust-dir DIR if its other writers are trusted");
    }
}
