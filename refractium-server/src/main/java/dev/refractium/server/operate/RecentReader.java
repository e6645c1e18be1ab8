package dev.refractium.server.operate;

import dev.refractium.server.report.Recent;
import dev.refractium.server.session.RecentEnds.Ended;
import dev.refractium.server.session.Sessions;
import dev.refractium.server.text.Addresses;
import java.util.Comparator;
import java.util.Optional;

/** Takes the {@link Recent} ends of a running server. Any thread. */
final class RecentReader {
    private final Sessions sessions;
    private final StartTime start;

    RecentReader(Sessions sessions, StartTime start) {
        this.sessions = sessions;
        this.start = start;
    }

    Recent read() {
        return new Recent(sessions.recentEnds().stream()
                .sorted(Comparator.comparingLong((Ended end) -> end.at() - start.nanos())
                        .reversed())
                .map(this::end)
                .toList());
    }

    private Recent.End end(Ended ended) {
        return new Recent.End(
                start.at(ended.at()),
                ended.why().label(),
                Optional.of(ended.why().limit()).filter(key -> !key.isEmpty()),
                ended.why().isSummarised(),
                Addresses.host(ended.facts().client()),
                new Recent.Known(
                        ended.route(),
                        ended.facts().protocol(),
                        ended.facts().shown(),
                        ended.facts().detail()));
    }
}
