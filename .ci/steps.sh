# What .ci/run, .ci/full and .ci/conformance share; sourced by all of them, from the project's directory.
# shellcheck shell=bash
umask 022 # a JAR keeps the modes of its files, so two builds are equal only under the same umask

tools=(bind9-dnsutils curl dnsmasq-base dnsperf fail2ban haproxy iproute2 keepalived knot-dnsutils lftp libnginx-mod-stream nftables nginx-light openssh-client openssh-server openssl postfix prometheus redis-server redis-tools shellcheck socat sslh tshark unbound util-linux vsftpd)
work=$(mktemp -d)
chmod 755 "$work"
passed=0 failed=0 skipped=0 failed_steps=() cpu=0

step() { # step NAME COMMAND...
    local name=$1 start=$SECONDS result=ok before
    shift
    printf '\n== %s\n' "$name"
    measure_cpu && before=$cpu
    "$@" || {
        result=FAILED
        failed_steps+=("$name")
    }
    measure_cpu
    printf '== %s: %s (%s s, %s s of CPU)\n' "$name" "$result" $((SECONDS - start)) $((cpu - before))
}

measure_cpu() { # sets cpu: the seconds that all commands have used so far, on all processors
    times >"$work/times"
    cpu=$(awk -F '[ms ]+' 'NR == 2 { print int(60 * ($1 + $3) + $2 + $4) }' "$work/times")
}

install_tools() { # install_tools [PACKAGE...]: what the tests need, and these packages
    local missing policy=/usr/sbin/policy-rc.d code wanted=("${tools[@]}" "$@")
    missing=$(dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' "${wanted[@]}" 2>/dev/null | sed -n 's/^ii *//p' |
        sort | comm -13 - <(printf '%s\n' "${wanted[@]}" | sort -u))
    command -v javac >/dev/null || missing+=' openjdk-17-jdk-headless'
    command -v mvn >/dev/null || missing+=' maven'
    [ -n "$missing" ] || return 0
    # The tests start servers of their own, on ports of their own: none shall start by being installed.
    if [ -e "$policy" ]; then policy=; else printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy"; fi
    # shellcheck disable=SC2086 # a list
    apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends $missing
    code=$?
    [ -z "$policy" ] || rm -f "$policy"
    return "$code"
}

# Homes of the JDKs 17 and 25 of this machine, each once.
jdks() {
    local home
    for home in "$(command -v javac)" /usr/lib/jvm/*/bin/javac; do
        home=$(readlink -f "$home") && printf '%s\n' "${home%/bin/javac}"
    done | sort -u | while IFS= read -r home; do
        grep -qE '^JAVA_VERSION="(17|25)[."]' "$home/release" 2>/dev/null && printf '%s\n' "$home"
    done
}

java_25() { # the home of the first JDK 25; nothing where there is none
    local home
    jdks | while IFS= read -r home; do
        grep -q '^JAVA_VERSION="25' "$home/release" && printf '%s\n' "$home" && break
    done
}

attribute() { # attribute NAME ELEMENT
    local value=${2#* "$1"=\"}
    printf '%s\n' "${value%%\"*}"
}

count_reports() { # count_reports [DIRECTORY]: adds up the test reports; fails when no test ran at all
    local report suite tests=0 bad=0 left_out=0
    while IFS= read -r -d '' report; do
        suite=$(grep -m1 '<testsuite ' "$report") || continue
        tests=$((tests + $(attribute tests "$suite")))
        bad=$((bad + $(attribute failures "$suite") + $(attribute errors "$suite")))
        left_out=$((left_out + $(attribute skipped "$suite")))
    done < <(find "${1:-.}" -path '*/target/*-reports/TEST-*.xml' -print0)
    passed=$((passed + tests - bad - left_out))
    failed=$((failed + bad))
    skipped=$((skipped + left_out))
    printf 'executed tests: %s\n' $((tests - left_out))
    [ $((tests - left_out)) -gt 0 ]
}

# Names what failed and what passed at the second attempt, counts the tests, and fails if anything failed.
summary() {
    local name
    printf '\n'
    for name in "${failed_steps[@]}"; do printf 'step failed: %s\n' "$name"; done
    if [ -e "$work/maven.log" ]; then
        grep -hE '^\[(ERROR|WARNING)\] +(Failed to execute goal|(Run [0-9]+: )?[A-Za-z.]*(Test|IT)\>)' "$work/maven.log" | cut -c 1-300 | head -n 60
    fi
    rm -rf "$work"
    failed=$((failed + ${#failed_steps[@]}))
    printf '%s seconds\n%s passed, %s failed, %s skipped\n' "$SECONDS" "$passed" "$failed" "$skipped"
    [ "$failed" = 0 ]
}
