# A client, the proxy and a backend, each in a network namespace of its own; this one, which the test has made, is the
# proxy's. Run in a directory with refractium.toml, proxy.sh and backend.sh, which stand in docs/recipes.md, and with
# nginx.conf, dnsmasq.conf, and perhaps sshd_config and ssh_config; $1 starts the proxy's command line. Prints what clients were answered.
set -eu
refractium=$1
children=

launch() { "$@" & children="$children $!"; }
client() { nsenter -t "$client" -n "$@"; }
backend() { nsenter -t "$backend" -n "$@"; }
until_so() { # until_so COMMAND...: at most ten seconds
    for _ in $(seq 200); do "$@" >>try.log 2>&1 && return; sleep 0.05; done
    echo "never so: $*"
    exit 1
}
is_apart() { [ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ]; }

trap 'kill $children 2>>try.log; wait' EXIT
launch unshare -n sleep 300 && client=$!
launch unshare -n sleep 300 && backend=$!
until_so is_apart "$client"
until_so is_apart "$backend"

nodad() { case $1 in *:*) echo nodad ;; esac; }
link() { # link PID DEVICE ADDRESS PEER PEERS_ADDRESS...
    ip link add "$2" type veth peer name "$4" netns "$1"
    ip link set "$2" up
    nsenter -t "$1" -n ip link set lo up
    nsenter -t "$1" -n ip link set "$4" up
    for address in $3; do ip addr add "$address" dev "$2" $(nodad "$address"); done
    for address in $5; do nsenter -t "$1" -n ip addr add "$address" dev "$4" $(nodad "$address"); done
}
ip link set lo up
link "$client" outer '203.0.113.1/24 2001:db8:1::1/64' eth0 '203.0.113.7/24 2001:db8:1::7/64'
link "$backend" inner '10.0.0.1/24 fd00::1/64' eth0 '10.0.0.2/24 fd00::2/64'
# What an intruder outside would use: an inside address.
client ip addr add 10.0.0.9/32 dev lo

sh -eu proxy.sh
backend sh -eu backend.sh
launch nsenter -t "$backend" -n nginx -e nginx.log -p "$PWD/" -c nginx.conf
launch nsenter -t "$backend" -n dnsmasq --no-daemon --conf-file=dnsmasq.conf --log-facility="$PWD/dnsmasq.log"
if [ -e sshd_config ]; then
    launch nsenter -t "$backend" -n "$(command -v sshd)" -D -E sshd.log -f sshd_config
    until_so grep -q 'listening on' sshd.log
fi
until_so backend curl -sf http://10.0.0.2/
until_so backend dig +short +tries=1 +time=1 a.test @10.0.0.2
: >access.log
: >dnsmasq.log
launch sh -c "exec $refractium >ready"
until_so grep -q listening ready

echo "http $(client curl -s --max-time 10 http://203.0.113.1:443/)"
echo "http6 $(client curl -s --max-time 10 'http://[2001:db8:1::1]:443/')"
echo "dns $(client dig +short -p 443 a.test @203.0.113.1)"
echo "dns6 $(client dig +short -p 443 a.test @2001:db8:1::1)"
if [ -e sshd_config ]; then
    # shellcheck disable=SC2016 # for the backend's shell
    echo "ssh $(client ssh -F ssh_config -p 443 203.0.113.1 'echo $SSH_CONNECTION')"
fi
echo "spoofed $(client dig +short +tries=1 +time=2 -p 443 -b 10.0.0.9 spoofed.test @203.0.113.1 | head -1)"
sh -c "$refractium status" | sed -n 's/^/status /p'
sed 's/^/nginx /' access.log
sed -n 's/.*query/dnsmasq query/p' dnsmasq.log
