package dev.refractium.server.it.clients;

/**
 * A real keepalived in a network of the test's own, which has 203.0.113.1 on {@code eth0}. The command {@code systemctl}
 * starts and stops it, as on a machine where it is a service.
 */
final class Keepalived {
    private static final String NETWORK = "ip link set lo up"
            + "; ip link add eth0 type veth peer name eth1"
            + "; ip link set eth0 up; ip link set eth1 up"
            + "; ip addr add 203.0.113.1/24 dev eth0";

    /** Stands for the command of the machine, which has one keepalived. */
    private static final String SYSTEMCTL = """
            cd '%1$s' || exit
            case "$1 $2" in
            'start keepalived')
                setsid '%2$s' --dont-fork --log-console --no-syslog --vrrp --use-file='%1$s/keepalived.conf' \\
                    --pid='%1$s/keepalived.pid' --vrrp_pid='%1$s/vrrp.pid' >>keepalived.log 2>&1 </dev/null &
                echo $! >service.pid ;;
            'stop keepalived')
                kill "$(cat service.pid)" || exit
                for _ in $(seq 200); do kill -0 "$(cat service.pid)" 2>/dev/null || break; sleep 0.05; done
                rm service.pid ;;
            *) exit 1 ;;
            esac""";

    private Keepalived() {}

    /** Has the lab's programs run in the network from now on. */
    static void enterNetwork(Lab lab) throws Exception {
        lab.enterNetwork(NETWORK);
    }

    /** Writes the configuration and the command; starts nothing. */
    static void install(Lab lab, String configuration) throws Exception {
        String refractium = lab.directory().resolve("bin/refractium").toString();
        lab.write("keepalived.conf", configuration.replace("/opt/refractium/bin/refractium", refractium));
        lab.program("systemctl", SYSTEMCTL.formatted(lab.directory(), Tool.find("keepalived")));
    }

    /** Stops it, if it runs. */
    static void stop(Lab lab) throws Exception {
        lab.run("sh", "-c", "[ ! -e service.pid ] || exec bin/systemctl stop keepalived");
    }
}
