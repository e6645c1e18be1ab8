package dev.refractium.server.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it is about Linux")
class MountsTest {
    /** As containers have it: an image, and files and directories of the host. */
    private static final String CONTAINER = """
        600 500 0:50 / / rw,relatime master:1 - overlay overlay rw,lowerdir=/a
        601 600 0:51 / /proc rw,nosuid - proc proc rw
        602 600 8:1 /home/anna/conf/a.toml /etc/a.toml ro,relatime - ext4 /dev/sda1 rw
        603 600 8:1 /var/lib/conf /etc/my\\040conf ro,relatime shared:7 - ext4 /dev/sda1 rw
        604 600 8:1 /var/lib/docker/hosts /etc/hosts rw,relatime - ext4 /dev/sda1 rw
        605 600 7:0 / /cd rw,relatime - iso9660 /dev/loop0 ro
        606 605 0:60 / /cd/scratch rw - tmpfs tmpfs rw
        607 600 0:61 / /mine ro - fuse.sshfs anna@host: ro,user_id=1000
        608 600 8:2 /data /shown ro - ext4 /dev/sdb rw
        609 600 8:2 / /hidden/all rw - ext4 /dev/sdb rw
        610 600 0:62 / /under/it ro - tmpfs tmpfs ro
        611 600 0:63 / /under rw - tmpfs tmpfs rw
        broken line
        """;

    @ParameterizedTest
    @CsvSource({
        "/etc/a.toml, true",
        "/etc/my conf, true",
        "/etc/my conf/sub/b.toml, true",
        "/cd, true",
        "/cd/refractium.toml, true",
        "/, false",
        "/etc, false",
        "/etc/hosts, false",
        "/etc/a.toml.old, false",
        "/cd/scratch/x, false",
        "/mine/x, false",
        "/shown/x, false",
        "/under/it/x, false",
    })
    void onlyWhatNobodyCanWriteIsReadOnly(String path, boolean readOnly) {
        assertThat(Mounts.parse(CONTAINER, Map.of()).isReadOnly(Path.of(path))).isEqualTo(readOnly);
    }

    @Test
    void serviceOfSystemdMaySeeWhatIsReadOnlyForItselfAlone() {
        Mounts mounts = Mounts.parse(CONTAINER, Map.of("INVOCATION_ID", "1"));

        assertThat(mounts.isReadOnly(Path.of("/etc/a.toml"))).isFalse();
        assertThat(mounts.isReadOnly(Path.of("/cd"))).isTrue();
    }

    @Test
    void tableThatIsMissingMeansNothing() {
        assertThat(Mounts.parse("", Map.of()).isReadOnly(Path.of("/etc"))).isFalse();
    }
}
