package dev.refractium.server.plugin;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator's choice of JARs, among those that could be loaded.
 *
 * @param sha256 plugin id to the only hash that a JAR of this id may have, in lower-case hex
 * @param allow the only ids that are taken; empty: every id
 * @param denyCalls whether a JAR with a call that {@link CallScan} knows is refused; otherwise there is a warning
 */
public record PluginRules(Map<String, String> sha256, Optional<Set<String>> allow, boolean denyCalls) {
    /** Allows whatever can be loaded. */
    public static final PluginRules NONE = new PluginRules(Map.of(), Optional.empty(), false);

    private static final Logger log = LoggerFactory.getLogger(PluginRules.class);

    public PluginRules {
        sha256 = Map.copyOf(sha256);
        allow = allow.map(Set::copyOf);
    }

    /** Throws unless {@code jar}, which is sound, is wanted. None of its code has run. */
    void check(StagedJar jar, JarFacts facts) throws Refused {
        String id = facts.manifest().id();
        if (allow.isPresent() && !allow.get().contains(id)) {
            throw Refused.leftOut(
                    id, "its id is not in allow of [plugins]; add \"" + id + "\" there, or remove the JAR");
        }
        String pinned = sha256.getOrDefault(id, jar.sha256());
        if (!pinned.equals(jar.sha256())) {
            throw new Refused("its SHA-256 is " + jar.sha256() + ", pinned in [plugins] is " + pinned
                            + "; install the JAR that was pinned, or pin this one")
                    .by(id);
        }
        judge(id, facts.named().calls());
    }

    private void judge(String id, List<String> calls) throws Refused {
        if (calls.isEmpty()) {
            return;
        }
        String found = String.join(", ", calls);
        if (denyCalls) {
            throw new Refused("calls " + found + ", which deny_calls of [plugins] refuses").by(id);
        }
        log.warn("plugin calls what can end or leave the process id={} calls=\"{}\"", id, found);
    }
}
