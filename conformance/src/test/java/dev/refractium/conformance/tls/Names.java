package dev.refractium.conformance.tls;

import dev.refractium.conformance.Oddity;
import dev.refractium.conformance.tls.Hello.Extension;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Odd server names: odd text, odd lists, and the extension in odd numbers and places. */
final class Names {
    /** {@code @1} is the hello's name and {@code @2} the other one. */
    private static final List<String> TEXTS = List.of(
            "A.TEST",
            "B.tEsT",
            "@1.",
            "@1..",
            ".@1",
            "a..test",
            ".",
            "",
            " ",
            "@1 ",
            " @1",
            "@1\t",
            "@1:443",
            "@1:",
            "@2:@1",
            "u@@1",
            "@1@@2",
            "@1/",
            "@1/@2",
            "@1,@2",
            "@1;@2",
            "@1 @2",
            "@1\0",
            "\0@1",
            "@1\0@2",
            "@2\0@1",
            "@1\0\0",
            "@1\n",
            "@1\r\n",
            "\n@1",
            "@1\n@2",
            "@1\1",
            "@1\u007f",
            "@1\u0080",
            "@1\u00ff",
            "@1\u00a0",
            "*.test",
            "*",
            "a*.test",
            "%61.test",
            "a%2etest",
            "https://@1",
            "https://@1/",
            "[@1]",
            "[::1]",
            "::1",
            "127.0.0.1",
            "192.0.2.7",
            "1.2.3.4.5",
            "0x7f.1",
            "_a.test",
            "a_.test",
            "-a.test",
            "a-.test",
            "a--b.test",
            "xn--a-ecp.test",
            "xn--.test",
            "xn--\u00e4.test",
            "\u00e4.test",
            "c.test",
            "localhost",
            "x.@1",
            "@1.x",
            "@1.@2",
            "a",
            "test",
            "com",
            "\"@1\"",
            "'@1'",
            "@1\\",
            "a\\.test",
            "@1#",
            "@1?",
            "@1&",
            "@1=",
            "@1|",
            "@1~",
            "@1!",
            "@1$",
            "@1^",
            "@1+",
            "(@1)",
            "<@1>");

    private static final List<String> UTF8 = List.of(
            "\uff41.test",
            "a\uff0etest",
            "a\u3002test",
            "a\uff61test",
            "a.te\u017ft",
            "\u00e4.test",
            "a\u00ad.test",
            "a\u200b.test",
            "\ufeffa.test",
            "a.test\u3000",
            "A.TE\u017fT");

    private Names() {}

    static List<Oddity<Hello>> oddities() {
        List<Oddity<Hello>> all = new ArrayList<>();
        TEXTS.forEach(text ->
                all.add(Oddity.of("name", text, hello -> hello.serverName(list(entry(filled(text, hello)))))));
        UTF8.forEach(text -> all.add(Oddity.of(
                "name, UTF-8",
                text,
                hello -> hello.serverName(list(Hello.hostName(text.getBytes(StandardCharsets.UTF_8)))))));
        for (int length : new int[] {62, 63, 64, 65, 100, 249, 250, 251, 252, 255, 256, 1_000, 16_000}) {
            all.add(name("a label of " + length, hello -> list(entry("a".repeat(length) + ".test"))));
            all.add(name("a name of " + length, hello -> list(entry("a.".repeat(length / 2) + hello.name))));
        }
        all.addAll(lists());
        all.addAll(twice());
        return all;
    }

    /** Lists of one name in which something is amiss. */
    private static List<Oddity<Hello>> lists() {
        List<Oddity<Hello>> all = new ArrayList<>(List.of(
                new Oddity<>("no name", hello -> hello.remove(Hello.SERVER_NAME)),
                name("an empty extension", hello -> new byte[0]),
                name("an empty list", hello -> list()),
                name("two names", hello -> list(entry(hello.name), entry(hello.other))),
                name("the other name first", hello -> list(entry(hello.other), entry(hello.name))),
                name("a name twice", hello -> list(entry(hello.name), entry(hello.name))),
                name("three names", hello -> list(entry(hello.other), entry("c.test"), entry(hello.name))),
                name("an empty name first", hello -> list(entry(""), entry(hello.name))),
                name("an empty name last", hello -> list(entry(hello.name), entry(""))),
                name("no length of the list", hello -> entry(hello.name)),
                name("the name alone", hello -> Bytes.latin1(hello.name)),
                name("a list behind the list", hello -> Bytes.join(list(entry(hello.name)), list(entry(hello.other)))),
                name("a name behind the list", hello -> Bytes.join(list(entry(hello.name)), entry(hello.other))),
                name("a byte behind the list", hello -> Bytes.join(list(entry(hello.name)), Bytes.of(0))),
                name("a byte in the list", hello -> list(entry(hello.name), Bytes.of(0))),
                name("two bytes in the list", hello -> list(entry(hello.name), Bytes.of(0, 0))),
                name("a list of no length", hello -> Bytes.join(Bytes.uint16(0), entry(hello.name)))));
        for (int type : new int[] {1, 2, 127, 255}) {
            all.add(name("type " + type, hello -> list(typed(type, hello.name))));
            all.add(name("type " + type + " first", hello -> list(typed(type, hello.other), entry(hello.name))));
            all.add(name("type " + type + " last", hello -> list(entry(hello.name), typed(type, hello.other))));
            all.add(name(
                    "type " + type + " between",
                    hello -> list(entry(hello.name), typed(type, hello.other), entry(hello.other))));
            all.add(name("type " + type + " empty, first", hello -> list(typed(type, ""), entry(hello.name))));
        }
        for (int error : new int[] {-300, -2, -1, 1, 2, 3, 12, 300}) {
            all.add(name(
                    "the list's length off by " + error,
                    hello -> Bytes.join(Bytes.uint16(entry(hello.name).length + error), entry(hello.name))));
            all.add(name(
                    "the name's length off by " + error,
                    hello -> list(Bytes.join(
                            Bytes.of(0), Bytes.uint16(hello.name.length() + error), Bytes.latin1(hello.name)))));
            all.add(new Oddity<>(
                    "the extension's length off by " + error,
                    hello -> hello.replace(new Extension(Hello.SERVER_NAME, list(entry(hello.name)), error))));
        }
        return all;
    }

    /** The extension twice, and in other places. */
    private static List<Oddity<Hello>> twice() {
        List<Oddity<Hello>> all = new ArrayList<>();
        for (boolean front : new boolean[] {true, false}) {
            String where = front ? "first" : "last";
            all.add(again("the extension again, " + where, front, hello -> list(entry(hello.name))));
            all.add(again("the other name's extension, " + where, front, hello -> list(entry(hello.other))));
            all.add(again("an empty extension, " + where, front, hello -> new byte[0]));
            all.add(again("an empty list, " + where, front, hello -> list()));
            all.add(again("type 1, " + where, front, hello -> list(typed(1, hello.other))));
            all.add(again("a broken one, " + where, front, hello -> Bytes.uint16(99)));
            all.add(new Oddity<>("the name's place is " + where, hello -> {
                Extension name = new Extension(Hello.SERVER_NAME, list(entry(hello.name)));
                hello.remove(Hello.SERVER_NAME);
                hello.extensions.add(front ? 0 : hello.extensions.size(), name);
            }));
        }
        return all;
    }

    private static Oddity<Hello> name(String name, Function<Hello, byte[]> body) {
        return new Oddity<>(name, hello -> hello.serverName(body.apply(hello)));
    }

    private static Oddity<Hello> again(String name, boolean front, Function<Hello, byte[]> body) {
        return new Oddity<>(
                name,
                hello -> hello.extensions.add(
                        front ? 0 : hello.extensions.size(), new Extension(Hello.SERVER_NAME, body.apply(hello))));
    }

    static byte[] list(byte[]... entries) {
        return Bytes.counted16(Bytes.join(entries));
    }

    static byte[] entry(String name) {
        return typed(0, name);
    }

    private static byte[] typed(int type, String name) {
        return Bytes.join(Bytes.of(type), Bytes.counted16(Bytes.latin1(name)));
    }

    private static String filled(String text, Hello hello) {
        return text.replace("@@1", "\u0001@" + hello.name)
                .replace("@@2", "\u0001@" + hello.other)
                .replace("@1", hello.name)
                .replace("@2", hello.other)
                .replace("\u0001@", "@");
    }
}
