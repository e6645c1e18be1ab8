package dev.refractium.conformance.http;

import dev.refractium.conformance.Oddity;
import java.util.ArrayList;
import java.util.List;

/** Odd header lines beside the Host line, odd ends of the head, bodies, and what follows the request. */
final class Headers {
    private Headers() {}

    static List<Oddity<Head>> oddities() {
        List<Oddity<Head>> all = new ArrayList<>();
        for (String line : Values.of("line")) {
            all.add(Oddity.of("before the host", line, head -> head.before.add(Values.filled(line, head) + "\r\n")));
            all.add(Oddity.of("after the host", line, head -> head.after.add(Values.filled(line, head) + "\r\n")));
        }
        for (String end : Values.of("end")) {
            all.add(Oddity.of("head ends", end, head -> head.end = end));
            all.add(Oddity.of("a line ends", end, head -> head.before.add("X: y" + end)));
            all.add(Oddity.of("the last line ends", end, head -> head.after.add("X: y" + end)));
        }
        for (String body : Values.of("body")) {
            all.add(Oddity.of("body", body, head -> head.body = Values.filled(body, head)));
        }
        for (int count : new int[] {60, 99, 101, 250, 1_100}) {
            all.add(new Oddity<>(count + " headers", head -> many(head, count)));
            all.add(new Oddity<>(count + " headers, then another host", head -> {
                many(head, count);
                head.after.add("Host: " + head.other + "\r\n");
            }));
        }
        return all;
    }

    private static void many(Head head, int count) {
        for (int i = 0; i < count; i++) {
            head.after.add("X-" + i + ": y\r\n");
        }
    }
}
