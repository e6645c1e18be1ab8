package dev.refractium.server.files;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Judges who may write on the way to a file. One use. */
final class Judge {
    private final Predicate<Path> excuse;
    private final String self;
    private Optional<Path> excused = Optional.empty();

    /** Directories on the way in which strangers may put, and perhaps replace, something. */
    private final Set<Path> open = new HashSet<>();

    /**
     * The owner of {@code /}, who can replace everything. That is root, but for a user namespace in which root's files
     * belong to nobody that it knows.
     */
    private String top = "root";

    /** Read when it matters first. */
    private @Nullable Mounts mounts;

    /** @param excuse which files and directories are taken as they are */
    Judge(Predicate<Path> excuse) throws IOException {
        this.excuse = excuse;
        this.self = Self.user().getName();
    }

    /** These directories, free of links; one that is missing is left out. */
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

    /** What the first is that a stranger may write. */
    Optional<String> reason(Way way) throws IOException {
        List<Way.Step> steps = way.steps();
        if (!steps.isEmpty()) {
            top = steps.get(0).access().owner();
        }
        for (int i = 0; i < steps.size(); i++) {
            Way.Step step = steps.get(i);
            boolean last = i == steps.size() - 1;
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

    /** The first that a stranger may write and that was excused. */
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

    /** Nobody can change a link. But whoever owns one can replace it wherever anybody could have put it. */
    private Optional<String> link(Way.Step step) {
        return open.contains(step.path().getParent()) ? strangeOwner(step, "chown -h") : Optional.empty();
    }

    /** From a sticky directory nobody can take what is another's, but anybody can add something. */
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
