package dev.refractium.server.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Transport;
import dev.refractium.server.control.SessionsRequest;
import dev.refractium.server.control.SessionsRequest.Filter;
import dev.refractium.server.control.SessionsRequest.Sort;
import dev.refractium.server.operate.KnownSession.Way;
import dev.refractium.server.report.LiveSessions;
import dev.refractium.server.session.SessionMeter;
import dev.refractium.server.session.Sessions;
import dev.refractium.server.text.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SessionListerTest {
    private static final Optional<String> ANY = Optional.empty();

    private final Sessions sessions = new Sessions();
    private final SessionLister lister = new SessionLister(sessions);

    @Test
    void sessionIsShownWithItsFacts() {
        begin(7, "https", "web", Way.of("192.0.2.9", "10.0.0.1", 30));

        assertThat(list(Filter.NONE).sessions())
                .containsExactly(new LiveSessions.Session(
                        7,
                        "tcp",
                        "default",
                        "192.0.2.9:5",
                        ANY,
                        "https",
                        Optional.of("web"),
                        Optional.of("10.0.0.1:80"),
                        "relay",
                        1_000,
                        30,
                        30,
                        2));
    }

    @Test
    void filtersTakeSessionsThatHaveAllThatTheyAskFor() {
        begin(1, "http", "web", Way.of("192.0.2.1", "10.0.0.1", 0));
        begin(2, "http", "web", Way.of("192.0.2.2", "10.0.0.2", 0));
        begin(3, "ssh", "shell", Way.of("2001:db8::1", "10.0.0.2", 0));
        sessions.begin(new KnownSession(4, 0, Transport.UDP, 2, null));

        assertThat(ids(list(new Filter(Optional.of("web"), Optional.empty(), ANY, ANY))))
                .containsExactly(1L, 2L);
        assertThat(ids(list(new Filter(ANY, network("192.0.2.2"), ANY, ANY)))).containsExactly(2L);
        assertThat(ids(list(new Filter(ANY, network("2001:db8::/32"), ANY, ANY))))
                .containsExactly(3L);
        assertThat(ids(list(new Filter(ANY, Optional.empty(), Optional.of("10.0.0.2:80"), ANY))))
                .containsExactly(2L, 3L);
        assertThat(ids(list(new Filter(Optional.of("web"), network("0.0.0.0/0"), Optional.of("10.0.0.2:80"), ANY))))
                .containsExactly(2L);
        assertThat(ids(list(new Filter(ANY, Optional.empty(), ANY, Optional.of("default")))))
                .hasSize(4);
        assertThat(list(new Filter(ANY, Optional.empty(), ANY, Optional.of("other"))))
                .isEqualTo(new LiveSessions(List.of(), Optional.empty(), 0));
    }

    @Test
    void thoseThatHaveMovedTheMostComeFirstIfAskedFor() {
        begin(1, "http", "web", Way.of("192.0.2.1", "10.0.0.1", 5));
        begin(2, "http", "web", Way.of("192.0.2.1", "10.0.0.1", 50));
        begin(3, "http", "web", Way.of("192.0.2.1", "10.0.0.1", 20));

        LiveSessions page = lister.list(new SessionsRequest(Filter.NONE, Sort.BYTES, 2, 0));

        assertThat(ids(page)).containsExactly(2L, 3L);
        assertThat(page.total()).isEqualTo(3);
        assertThat(page.next()).isEmpty();
    }

    @Test
    void pagesListEachOfTenThousandSessionsOnceInOrder() {
        Way way = Way.of("192.0.2.1", "10.0.0.1", 1);
        SessionMeter meter =
                sessions.meters().listener(Transport.TCP, "default").of("http", "web");
        LongStream.rangeClosed(1, 10_000).forEach(id -> sessions.begin(new KnownSession(id, 0, meter, 1, "web", way)));
        List<Long> listed = new ArrayList<>();

        long begin = System.nanoTime();
        Optional<Long> after = Optional.of(0L);
        while (after.isPresent()) {
            LiveSessions page = lister.list(new SessionsRequest(Filter.NONE, Sort.AGE, 1_000, after.get()));
            assertThat(page.total()).isEqualTo(10_000);
            listed.addAll(ids(page));
            after = page.next();
        }
        System.out.printf("10,000 sessions in 10 pages: %.1f ms%n", (System.nanoTime() - begin) / 1e6);

        assertThat(listed)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 10_000).boxed().toList());
    }

    private void begin(long id, String protocol, String route, Way way) {
        SessionMeter meter =
                sessions.meters().listener(Transport.TCP, "default").of(protocol, route);
        sessions.begin(new KnownSession(id, 1_000, meter, 2, route, way));
    }

    private LiveSessions list(Filter filter) {
        return lister.list(new SessionsRequest(filter, Sort.AGE, 10, 0));
    }

    private static Optional<Network> network(String text) {
        return Optional.of(Network.parse(text));
    }

    private static List<Long> ids(LiveSessions page) {
        return page.sessions().stream().map(LiveSessions.Session::id).toList();
    }
}
