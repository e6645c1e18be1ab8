package dev.refractium.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.refractium.api.Hook;
import dev.refractium.api.Protocol;
import java.lang.reflect.Constructor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionService;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Exchanger;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.Phaser;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.pf4j.AbstractPluginManager;
import org.pf4j.Plugin;

/**
 * Lists who waits without a limit of time, and who runs code of plugins, each with the reason why it may. A new place
 * waits with a limit, or gives its reason here; one that is gone is taken off.
 */
class BlockingCallsTest {
    private static final String ROOT = "dev.refractium.server.";

    /** The class, then the call, to the reason. */
    private static final Map<String, String> MAY_WAIT = Map.ofEntries(
            Map.entry("Refractium CountDownLatch.await", "a thread of the embedding program, which asks to wait"),
            Map.entry(
                    "cli.Admin InetSocketAddress.<init>",
                    "the address to bind, which is a literal or localhost: no name server is asked"),
            Map.entry("cli.LineQueue Object.wait", "refractium-log and refractium-out, until there is a line to write"),
            Map.entry(
                    "reload.ReloadQueue Future.get",
                    "whoever asks for a reload and none of our threads; each call of a plugin in it has a"
                            + " deadline, and the end of the server completes it"),
            Map.entry(
                    "reload.ReloadAttempt Future.get",
                    "refractium-watch, as the line before, and the end of the server interrupts it"),
            Map.entry(
                    "reload.ListenerAddresses InetAddress.getByName",
                    "the address to bind, which is a literal or localhost: no name server is asked"),
            Map.entry("text.Network InetAddress.getByName", "of an address only"),
            Map.entry("config.HostName InetAddress.getByName", "a literal in brackets, which is never looked up"),
            Map.entry(
                    "net.NameResolver InetAddress.getAllByName",
                    "refractium-names, whose thread it is for: nobody waits for it but for two seconds"),
            Map.entry("cli.Signals CountDownLatch.await", "main, until a signal comes"),
            Map.entry(
                    "cli.Rehearsal Thread.join",
                    "the build of the class archive, by a visitor that halts the process if it fails"));

    private static final String IN_A_CALL = "within a PluginCall, which has a thread and a deadline";

    /** The class, then the call, to the reason. */
    private static final Map<String, String> MAY_CALL_PLUGINS = Map.ofEntries(
            Map.entry("plugin.OneJar AbstractPluginManager.loadPlugin", IN_A_CALL),
            Map.entry("plugin.OneJar AbstractPluginManager.startPlugin", IN_A_CALL),
            Map.entry("plugin.OneJar AbstractPluginManager.unloadPlugin", IN_A_CALL),
            Map.entry("plugin.Extensions Constructor.newInstance", IN_A_CALL),
            Map.entry("plugin.Kind Hook.name", IN_A_CALL),
            Map.entry("plugin.VettedProtocol Protocol.configured", IN_A_CALL),
            Map.entry("plugin.VettedProtocol Protocol.normalForm", "plugin.NormalForms"),
            Map.entry("plugin.VettedProtocol Protocol.healthCheck", IN_A_CALL + ", and on event loops by a check"),
            Map.entry(
                    "generation.HealthResolver Protocol.healthCheck",
                    "VettedProtocol, whose checks run no code of the plugin before they are used, on event loops"),
            Map.entry("plugin.NormalForms Protocol.normalForm", IN_A_CALL),
            Map.entry("generation.HookCalls Hook.configured", IN_A_CALL),
            Map.entry("generation.HookCalls LiveHook.start", IN_A_CALL),
            Map.entry("hook.Traits Hook.bytes", "LiveHook.start"),
            Map.entry("hook.Traits Hook.firstBytes", "LiveHook.start"),
            Map.entry("hook.Traits Hook.attributes", "LiveHook.start"),
            Map.entry("hook.Traits Hook.overflow", "LiveHook.start"),
            Map.entry("hook.LiveHook Hook.close", "a thread of the hook, waited for some seconds"),
            Map.entry("cli.SystemSignals Constructor.newInstance", "a class of the JDK"),
            Map.entry("config.Keys Constructor.newInstance", "a record of ours"));

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.refractium.server");

    @Test
    void onlyTheseWaitWithoutALimit() {
        assertThat(users(waiting()).keySet()).isEqualTo(new TreeSet<>(MAY_WAIT.keySet()));
    }

    @Test
    void onlyTheseRunCodeOfThePluginsLifeCycle() {
        assertThat(users(lifeCycle()).keySet()).isEqualTo(new TreeSet<>(MAY_CALL_PLUGINS.keySet()));
    }

    /** A method that waits as long as it takes, or that runs code of plugins. */
    private record Method(Class<?> owner, String name, List<Class<?>> parameters) {
        boolean is(CodeUnitAccessTarget target) {
            return target.getName().equals(name)
                    && target.getOwner().isAssignableTo(owner)
                    && target.getRawParameterTypes().stream()
                            .map(JavaClass::getName)
                            .toList()
                            .equals(parameters.stream().map(Class::getName).toList());
        }

        @Override
        public String toString() {
            return owner.getSimpleName() + "." + name;
        }
    }

    private static Stream<Method> of(Class<?> owner, String... names) {
        return Arrays.stream(names).map(name -> new Method(owner, name, List.of()));
    }

    private static Method with(Class<?> owner, String name, Class<?>... parameters) {
        return new Method(owner, name, List.of(parameters));
    }

    private static List<Method> waiting() {
        return Stream.of(
                        of(Object.class, "wait"),
                        of(Thread.class, "join"),
                        of(Future.class, "get", "join"),
                        of(CompletableFuture.class, "join"),
                        of(CountDownLatch.class, "await"),
                        of(CyclicBarrier.class, "await"),
                        of(Phaser.class, "arriveAndAwaitAdvance"),
                        of(Semaphore.class, "acquire", "acquireUninterruptibly"),
                        of(Condition.class, "await", "awaitUninterruptibly"),
                        of(Lock.class, "lock", "lockInterruptibly"),
                        of(LockSupport.class, "park"),
                        of(BlockingQueue.class, "take"),
                        of(CompletionService.class, "take"),
                        of(Process.class, "waitFor"),
                        of(
                                io.netty.util.concurrent.Future.class,
                                "sync",
                                "syncUninterruptibly",
                                "await",
                                "awaitUninterruptibly"),
                        of(InetAddress.class, "getLocalHost", "getHostName", "getCanonicalHostName"),
                        of(InetSocketAddress.class, "getHostName"),
                        Stream.of(
                                with(InetAddress.class, "getByName", String.class),
                                with(InetAddress.class, "getAllByName", String.class),
                                with(InetSocketAddress.class, "<init>", String.class, int.class),
                                with(java.net.Socket.class, "<init>", String.class, int.class),
                                with(BlockingQueue.class, "put", Object.class),
                                with(Exchanger.class, "exchange", Object.class),
                                with(LockSupport.class, "park", Object.class),
                                with(ExecutorService.class, "invokeAll", java.util.Collection.class),
                                with(ExecutorService.class, "invokeAny", java.util.Collection.class)))
                .flatMap(methods -> methods)
                .toList();
    }

    private static List<Method> lifeCycle() {
        return Stream.of(
                        of(Plugin.class, "start", "stop", "delete"),
                        of(Hook.class, "name", "bytes", "firstBytes", "attributes", "overflow", "close"),
                        Stream.of(
                                with(Protocol.class, "configured", dev.refractium.api.Settings.class),
                                with(Protocol.class, "normalForm", String.class, String.class),
                                with(Protocol.class, "healthCheck", dev.refractium.api.Transport.class, Map.class),
                                with(Hook.class, "configured", dev.refractium.api.Settings.class),
                                with(Constructor.class, "newInstance", Object[].class),
                                with(AbstractPluginManager.class, "loadPlugin", java.nio.file.Path.class),
                                with(AbstractPluginManager.class, "startPlugin", String.class),
                                with(AbstractPluginManager.class, "stopPlugin", String.class),
                                with(AbstractPluginManager.class, "unloadPlugin", String.class),
                                with(
                                        dev.refractium.server.hook.LiveHook.class,
                                        "start",
                                        String.class,
                                        Hook.class,
                                        long.class)))
                .flatMap(methods -> methods)
                .toList();
    }

    /** The class with the method, to those of its methods that call it. */
    private static Map<String, Set<String>> users(List<Method> methods) {
        Map<String, Set<String>> users = new TreeMap<>();
        for (JavaClass type : MAIN) {
            Stream.of(
                            type.getMethodCallsFromSelf().stream(),
                            type.getConstructorCallsFromSelf().stream(),
                            type.getMethodReferencesFromSelf().stream(),
                            type.getConstructorReferencesFromSelf().stream())
                    .flatMap(accesses -> accesses)
                    .forEach(access -> methods.stream()
                            .filter(method -> method.is(access.getTarget()))
                            .forEach(
                                    method -> users.computeIfAbsent(user(type) + " " + method, first -> new TreeSet<>())
                                            .add(access.getOrigin().getName())));
        }
        return users;
    }

    /** The outermost class: what runs in a nested one or a lambda is its business. */
    private static String user(JavaClass type) {
        String name = type.getName().substring(ROOT.length());
        int nested = name.indexOf('$');
        return nested < 0 ? name : name.substring(0, nested);
    }
}
