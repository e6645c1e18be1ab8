package dev.refractium.plugins.parts.hook;

import dev.refractium.api.Settings;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The users other than the owner that may use a file which a hook creates: keys {@code mode} and {@code group}.
 *
 * @param mode the permissions of all
 * @param group the file's group; empty where the system chooses it
 */
public record FileAccess(Set<PosixFilePermission> mode, Optional<GroupPrincipal> group) {
    private static final Logger log = LoggerFactory.getLogger(FileAccess.class);

    /** The owner may read and write, others may at most read, no user may execute. */
    private static final Pattern MODES = Pattern.compile("0?6[0246][04]");

    private static final String OWNER = "0600";
    private static final String OWNER_AND_GROUP = "0640";

    public FileAccess {
        mode = Set.copyOf(mode);
    }

    /** Returns the access that leaves a file to its owner. */
    public static FileAccess ofOwner() {
        return new FileAccess(permissions(OWNER), Optional.empty());
    }

    /** Reads both keys, and reports what is wrong with them. */
    public static FileAccess of(Settings settings) {
        String name = settings.string("group", "");
        String mode = settings.string("mode", settings.has("group") ? OWNER_AND_GROUP : OWNER);
        if (!MODES.matcher(mode).matches()) {
            settings.problem(
                    "mode",
                    "\"" + mode + "\" is no mode for this file; write \"0600\", \"0640\" or \"0644\":"
                            + " the owner reads and writes, others never write, nobody executes");
            mode = OWNER;
        }
        return new FileAccess(permissions(mode), settings.has("group") ? group(settings, name) : Optional.empty());
    }

    /**
     * Gives a file that its owner has just created, closed to all others, this access. Throws nothing: if that fails,
     * the file stays closed to others, with a line in the log.
     */
    void grant(Path file) {
        if (equals(ofOwner())) {
            return;
        }
        PosixFileAttributeView view =
                Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        try {
            if (group.isPresent()) {
                view.setGroup(group.get()); // before the mode, which would open the file to another group
            }
            view.setPermissions(mode);
        } catch (IOException e) {
            log.warn("file stays closed to others file={} reason=\"{}\"", file, e.toString());
        }
    }

    private static Optional<GroupPrincipal> group(Settings settings, String name) {
        try {
            return Optional.of(
                    FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByGroupName(name));
        } catch (UserPrincipalNotFoundException e) {
            settings.problem("group", "there is no group \"" + name + "\" here; name one of /etc/group, or create it");
        } catch (IOException | UnsupportedOperationException e) {
            settings.problem("group", "\"" + name + "\" cannot be looked up here: " + e.getMessage());
        }
        return Optional.empty();
    }

    private static Set<PosixFilePermission> permissions(String octal) {
        int bits = Integer.parseInt(octal, 8);
        PosixFilePermission[] all = PosixFilePermission.values(); // from the owner's read to the others' execute
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (int i = 0; i < all.length; i++) {
            if ((bits & 0400 >> i) != 0) {
                permissions.add(all[i]);
            }
        }
        return permissions;
    }
}
