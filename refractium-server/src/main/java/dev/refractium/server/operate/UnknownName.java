package dev.refractium.server.operate;

import dev.refractium.server.control.RequestRefusedException;
import dev.refractium.server.text.Escape;
import java.util.Collection;
import java.util.stream.Collectors;

/** The answer to a request that names what the server does not have: it lists what there is. */
final class UnknownName {
    /** How many names an answer lists at most. */
    private static final int MOST_LISTED = 20;

    private UnknownName() {}

    /**
     * Returns the answer.
     *
     * @param what the kind of thing, as "route"
     * @param known the names that there are, in the order to list them
     */
    static RequestRefusedException refusal(String what, String name, Collection<String> known) {
        String listed = known.stream().limit(MOST_LISTED).collect(Collectors.joining(", "));
        int more = known.size() - MOST_LISTED;
        return new RequestRefusedException("there is no " + what + " " + Escape.quoted(name) + "; "
                + (known.isEmpty() ? "there is none at all" : "there are " + listed)
                + (more > 0 ? " and " + more + " more" : ""));
    }
}
