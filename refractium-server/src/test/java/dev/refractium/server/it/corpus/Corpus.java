package dev.refractium.server.it.corpus;

import static org.junit.jupiter.api.Assumptions.abort;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * The public half of the recorded flows, read where it lies: {@code shared/corpus/public.jsonl.gz} beside the project or
 * further up, or the file that {@code -Drefractium.corpus} names.
 */
final class Corpus {
    private static final String PROPERTY = "refractium.corpus";
    private static final Path PLACE = Path.of("shared", "corpus", "public.jsonl.gz");

    private Corpus() {}

    /** Returns all flows; without the file, the test is skipped with a message. */
    static List<Flow> read() throws IOException {
        Optional<Path> file = find();
        if (file.isEmpty()) {
            String why = "SKIPPED: no corpus; put it at " + PLACE + " beside the project, or set -D" + PROPERTY;
            System.out.println(why);
            abort(why);
        }
        Gson gson = new GsonBuilder()
                .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
                .create();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file.orElseThrow())), StandardCharsets.UTF_8))) {
            return lines.lines().map(line -> gson.fromJson(line, Flow.class)).toList();
        }
    }

    /** A file that was named must be there. */
    private static Optional<Path> find() {
        String named = System.getProperty(PROPERTY, "");
        return named.isEmpty()
                ? Stream.iterate(Path.of("").toAbsolutePath(), up -> up != null, Path::getParent)
                        .map(up -> up.resolve(PLACE))
                        .filter(Files::isRegularFile)
                        .findFirst()
                : Optional.of(Path.of(named));
    }
}
