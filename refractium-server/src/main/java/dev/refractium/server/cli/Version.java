package dev.refractium.server.cli;

import dev.refractium.api.ApiVersion;
import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The output of {@code --version}. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String own = Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("(not built)");
        return new String[] {
            "refractium " + own + " (plugin API " + ApiVersion.current() + ", Java " + Runtime.version() + ")"
        };
    }
}
