package dev.refractium.server.cli;

import dev.refractium.server.RefractiumBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The flags that set routes. */
final class RouteOptions {
    @Mixin
    private final ConfigOptions config = new ConfigOptions();

    @Option(
            names = {"-f", "--forward"},
            paramLabel = "ROUTE",
            converter = Forward.Converter.class,
            description = {
                "A route, as name=host:port or name[attribute=value,...]=host:port. Repeat it for more routes; those of"
                        + " one name and attributes are balanced. Takes the place of the file's routes of that name.",
                "Example: -f http=127.0.0.1:8081 -f 'https[sni=*.a.test]=[::1]:8443'"
            })
    private final List<Forward> forwards = new ArrayList<>();

    /** Returns whether a file or a flag sets any route. */
    boolean given() {
        return !forwards.isEmpty() || config.given();
    }

    /** Returns whether standard input has the configuration. */
    boolean isStandardInput() {
        return config.isStandardInput();
    }

    /** Ignores a configuration of the current directory: only a named one counts. */
    void onlyNamed() {
        config.onlyNamed();
    }

    /** Takes the configuration that is given without a flag. */
    void nameConfiguration(Path file) {
        config.nameWithoutFlag(file);
    }

    /** Sets all of them on the builder. */
    void apply(RefractiumBuilder builder) {
        config.apply(builder);
        for (Forward.Route route : Forward.routes(forwards)) {
            builder.source("-f " + route.target()).route(route.target().name(), route::fill);
        }
    }

    ParameterException misuse(String message) {
        return config.misuse(message);
    }
}
