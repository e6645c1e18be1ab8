package dev.refractium.conformance.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A request in the making, each byte as the character of the same number. Oddities change its parts. */
final class Head {
    /** The name that an ordinary request asks for. */
    final String name;

    /** Another name that a server serves. */
    final String other;

    String first = "";
    String method = "GET";
    String beforeTarget = " ";
    String target = "/";
    String beforeVersion = " ";
    String version = "HTTP/1.1";
    String lineEnd = "\r\n";

    /** Lines in front of the Host line, each with its end. */
    final List<String> before = new ArrayList<>();

    boolean hasHost = true;
    String hostName = "Host";
    String colon = ": ";
    String host;
    String hostEnd = "\r\n";

    /** Lines behind the Host line, each with its end. */
    final List<String> after = new ArrayList<>(List.of("Connection: close\r\n"));

    String end = "\r\n";
    String body = "";

    Head(String name, String other) {
        this.name = name;
        this.other = other;
        this.host = name;
    }

    byte[] bytes() {
        StringBuilder text = new StringBuilder(first)
                .append(method)
                .append(beforeTarget)
                .append(target)
                .append(beforeVersion)
                .append(version)
                .append(lineEnd);
        before.forEach(text::append);
        if (hasHost) {
            text.append(hostName).append(colon).append(host).append(hostEnd);
        }
        after.forEach(text::append);
        return text.append(end).append(body).toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
