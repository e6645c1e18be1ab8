package dev.refractium.server.report;

import java.time.Instant;
import java.util.List;

/**
 * A generation that is alive: the current one, or an older one that still has sessions.
 *
 * @param number counts up from 1
 * @param since when it was made
 * @param sessions how many began with it and live
 * @param plugins what it recognises protocols with
 */
public record GenerationInfo(long number, Instant since, int sessions, List<PluginInfo> plugins) {
    public GenerationInfo {
        plugins = List.copyOf(plugins);
    }
}
