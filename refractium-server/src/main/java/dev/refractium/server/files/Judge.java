package dev.refractium.server.files;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Finds the users who may write a file, or the directories and links on the way to it. One use. */
final class Judge {
    private final Predicate<Path> excuse;
    private final String self;
    private Optional<Path> excused = Optional.empty();

    /** Directories on the way in which other users may create, and perhaps replace, files. */
    private final Set<Path> open = new HashSet<>();

    /**
     * The owner of {@code /}, who can replace everything: root, except in a user namespace that does not map root.
     */
    private String top = "root";

    /** Read on first use. */
    private @Nullable Mounts mounts;

    /** @param excuse selects files and directories that are accepted as they are */
    Judge(Predicate<Path> excuse) throws IOException {
        this.excuse = excuse;
        this.self = Self.user().getName();
    }

    /** Returns the directories with all links resolved, without those that are missing. */
    static Set<Path> real(Set<Path> directories) {
        Set<Path> real = new HashSet<>();
        for (Path directory : directories) {
            try {
                real.add(directory.toRealPath());
            } catch (IOException gone) {
                // Nothing lies in it.
            }
        }
        return real;
    }

    /** Returns why the first step that another user may write cannot be trusted; empty if there is none. */
    Optional<String> reason(Way way) throws IOException {
        return reason(way, way.steps().size() - 1);
    }

    /** Returns the same for a file that this process makes, and which the directory at the end of {@code way} will hold. */
    Optional<String> reasonBelow(Way way) throws IOException {
        return reason(way, way.steps().size());
    }

    /** Returns the same for a file that other users may not read either. */
    Optional<String> reasonOfSecret(Way way) throws IOException {
        Optional<String> writer = reason(way);
        if (writer.isPresent() || way.steps().isEmpty()) {
            return writer;
        }
        Way.Step file = way.steps().get(way.steps().size() - 1);
        Optional<String> reader = file.access().readers(file.path(), self);
        if (reader.isPresent() && excuse.test(file.path())) {
            excused = excused.or(() -> Optional.of(file.path()));
            return Optional.empty();
        }
        return reader;
    }

    private Optional<String> reason(Way way, int end) throws IOException {
        List<Way.Step> steps = way.steps();
        if (!steps.isEmpty()) {
            top = steps.get(0).access().owner();
        }
        for (int i = 0; i < steps.size(); i++) {
            Way.Step step = steps.get(i);
            boolean last = i == end;
            Optional<String> reason = reason(step, last);
            if (reason.isPresent() && !excuse.test(step.path())) {
                return last ? reason : reason.map(why -> "is reached through " + step.path() + ": " + why);
            }
            if (reason.isPresent()) {
                excused = excused.or(() -> Optional.of(step.path()));
            }
        }
        return Optional.empty();
    }

    /** Returns the first step that another user may write and that was excused. */
    Optional<Path> excused() {
        return excused;
    }

    private Optional<String> reason(Way.Step step, boolean last) throws IOException {
        return switch (step.kind()) {
            case LINK -> link(step);
            case DIRECTORY -> directory(step, last);
            case FILE -> strangers(step);
        };
    }

    /** A link cannot be changed. But its owner can replace it in a directory in which any user may create files. */
    private Optional<String> link(Way.Step step) {
        return open.contains(step.path().getParent()) ? strangeOwner(step, "chown -h") : Optional.empty();
    }

    /** In a sticky directory users cannot remove the files of others, but any user can add one. */
    private Optional<String> directory(Way.Step step, boolean last) throws IOException {
        Optional<String> strangers = strangers(step);
        if (strangers.isPresent()) {
            open.add(step.path());
        }
        return step.sticky() && !last ? strangers.flatMap(any -> strangeOwner(step, "chown")) : strangers;
    }

    private Optional<String> strangers(Way.Step step) throws IOException {
        Optional<String> strangers =
                strangeOwner(step, "chown").or(() -> step.access().writers(step.path()));
        return strangers.isPresent() && isReadOnly(step.path()) ? Optional.empty() : strangers;
    }

    private Optional<String> strangeOwner(Way.Step step, String chown) {
        return step.access().owner().equals(top)
                ? Optional.empty()
                : step.access().strangeOwner(step.path(), self, chown);
    }

    private boolean isReadOnly(Path path) throws IOException {
        if (mounts == null) {
            mounts = Mounts.read();
        }
        return mounts.isReadOnly(path);
    }
}
