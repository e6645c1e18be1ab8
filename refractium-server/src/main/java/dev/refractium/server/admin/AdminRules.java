package dev.refractium.server.admin;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What the listener answers, and whom.
 *
 * @param hosts the names that requests may use for this machine, beside IP literals and "localhost"
 * @param page whether it answers by the page and its data
 * @param token accepts the token that the data needs, in a time that does not depend on the token; empty: it needs none
 */
public record AdminRules(List<String> hosts, boolean page, Optional<Predicate<String>> token) {
    public AdminRules {
        hosts = List.copyOf(hosts);
    }
}
