package dev.refractium.server.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessTest {
    private static final Path FILE = Path.of("/srv/a.jar");

    @ParameterizedTest
    @CsvSource({
        "proxy, staff, rw-r--r--",
        "root, root, rw-r--r--",
        "root, wheel, rwxr-xr-x",
        "proxy, proxy, rw-rw-r--",
    })
    void filesOfTheUserAndOfRootAreTrusted(String owner, String group, String permissions) {
        assertThat(reason(owner, group, permissions)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "proxy, staff, rw-rw-r--, group staff may write it; chmod g-w /srv/a.jar",
        "root, root, rw-rw-r--, group root may write it; chmod g-w /srv/a.jar",
        "proxy, proxy, rw-r--rw-, every user may write it; chmod o-w /srv/a.jar",
        "proxy, proxy, rwxrwxrwx, every user may write it; chmod o-w /srv/a.jar",
    })
    void filesThatOthersMayWriteAreNotTrusted(String owner, String group, String permissions, String reason) {
        assertThat(reason(owner, group, permissions)).contains(reason);
    }

    @Test
    void filesOfAnotherUserAreNotTrusted() {
        assertThat(reason("mallory", "mallory", "rw-------"))
                .get()
                .asString()
                .contains("belongs to user mallory", "runs as proxy", "chown proxy /srv/a.jar");
    }

    private static Optional<String> reason(String owner, String group, String permissions) {
        return new Access(owner, group, PosixFilePermissions.fromString(permissions)).reason(FILE, "proxy");
    }
}
