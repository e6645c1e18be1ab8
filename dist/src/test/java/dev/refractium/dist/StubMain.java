package dev.refractium.dist;

import java.lang.management.ManagementFactory;

/** Stands in for the server where only the launcher is tried: tells what it was given, then ends as it is told. */
final class StubMain {
    private StubMain() {}

    public static void main(String[] args) throws InterruptedException {
        System.out.println("home=" + System.getProperty("refractium.home"));
        System.out.println("java=" + System.getProperty("java.home"));
        System.out.println("directory=" + System.getProperty("user.dir"));
        System.out.println("user=" + System.getProperty("user.name"));
        System.out.println("pid=" + ProcessHandle.current().pid());
        System.out.println("jvm=" + ManagementFactory.getRuntimeMXBean().getInputArguments());
        for (String argument : args) {
            System.out.println("argument=" + argument);
        }
        if (args.length == 2 && args[0].equals("exit")) {
            System.exit(Integer.parseInt(args[1]));
        }
        if (args.length == 1 && args[0].equals("wait")) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("ended by a signal")));
            System.out.println("waiting");
            Thread.currentThread().join();
        }
    }
}
