package dev.refractium.server.upstream;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Takes the backends in the order of the configuration: the first that is left gets all sessions. */
final class First implements Balance {
    @Override
    public @Nullable Backend next(Members members, Predicate<Backend> left, long key) {
        for (int i = 0; i < members.size(); i++) {
            if (left.test(members.get(i))) {
                return members.get(i);
            }
        }
        return null;
    }
}
