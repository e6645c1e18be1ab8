package dev.refractium.server.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;

/** The metrics of this process and its JVM. */
final class ProcessMetrics {
    private ProcessMetrics() {}

    static void add(Families families) {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            families.counter(
                    "process_cpu_seconds", "CPU time of the process.", Values.of(system.getProcessCpuTime() / 1e9));
            families.gauge("process_open_fds", "Open descriptors.", Values.of(system.getOpenFileDescriptorCount()));
            families.gauge(
                    "process_max_fds", "Descriptors that may be open.", Values.of(system.getMaxFileDescriptorCount()));
        }
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        families.gauge(
                "jvm_heap_used_bytes",
                "Used heap.",
                Values.of(memory.getHeapMemoryUsage().getUsed()));
        families.gauge(
                "jvm_heap_max_bytes",
                "Largest heap.",
                Values.of(memory.getHeapMemoryUsage().getMax()));
        families.gauge(
                "jvm_nonheap_used_bytes",
                "Memory beside the heap that the JVM uses, for classes above all.",
                Values.of(memory.getNonHeapMemoryUsage().getUsed()));
        families.gauge(
                "jvm_direct_memory_bytes",
                "Memory of direct buffers.",
                Values.of(ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                        .mapToLong(BufferPoolMXBean::getMemoryUsed)
                        .sum()));
        families.counter(
                "jvm_gc_seconds",
                "Time of garbage collection.",
                Values.of(ManagementFactory.getGarbageCollectorMXBeans().stream()
                                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                                .sum()
                        / 1e3));
        families.gauge(
                "jvm_threads",
                "Live threads.",
                Values.of(ManagementFactory.getThreadMXBean().getThreadCount()));
    }
}
