package dev.refractium.server.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The page that shows a running server in a browser.
 *
 * @param enabled whether it is served; unset: if the address to listen at is a loopback address
 * @param tokenFile the file that has the token; a visitor whose browser does not send the token gets no data
 */
public record PageConfig(
        @Key("page") Optional<Boolean> enabled,
        @Key("token_file") Optional<Path> tokenFile) {
    /**
     * Refuses values that contradict the address.
     *
     * @throws InvalidValueException naming the key whose value is refused
     */
    void check(boolean loopback) {
        if (enabled.orElse(false) && !loopback && tokenFile.isEmpty()) {
            throw new InvalidValueException(
                    "page",
                    "needs token_file, since bind is not a loopback address; add token_file = \"FILE\", or remove"
                            + " page");
        }
        if (tokenFile.isPresent() && !isServed(loopback)) {
            throw new InvalidValueException(
                    "token_file",
                    enabled.isPresent()
                            ? "has no effect with page = false; remove one"
                            : "has no effect on an address that is not loopback without page = true; add it, or remove"
                                    + " token_file");
        }
    }

    /** Returns whether the page is served at such an address. */
    boolean isServed(boolean loopback) {
        return enabled.orElse(loopback);
    }
}
