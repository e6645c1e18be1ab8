package dev.refractium.conformance.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.conformance.Served;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RepliesTest {
    @Test
    void theVirtualHostIsThatOfTheFirstFinalResponse() {
        String first = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nvhost: b.test\r\n\r\n";
        String second = "HTTP/1.1 200 OK\r\nVhost: a.test\r\n\r\n";

        assertThat(read(first + second)).contains(new Served.Host("b.test"));
        assertThat(read("HTTP/1.1 404 Not Found\r\nVhost: default\r\n\r\n")).contains(new Served.Default());
    }

    @Test
    void aMalformedRequestIsRefusedWhoeverSaysSo() {
        assertThat(read("HTTP/1.1 400 Bad Request\r\nVhost: a.test\r\n\r\n"))
                .contains(new Served.Refused("status 400"));
        assertThat(read("HTTP/1.1 200 OK\r\n\r\n")).contains(new Served.Refused("status 200 of no virtual host"));
        assertThat(read("hello\r\n\r\n")).contains(new Served.Refused("no HTTP/1"));
    }

    @Test
    void halfAResponseSaysNothingYet() {
        assertThat(read("HTTP/1.1 200 OK\r\nVhost: a.test\r\n")).isEmpty();
        assertThat(read("HTTP/1.1 100 Continue\r\n\r\n")).isEmpty();
    }

    private static Optional<Served> read(String reply) {
        return Replies.read(new byte[0], reply.getBytes(StandardCharsets.ISO_8859_1), false);
    }
}
