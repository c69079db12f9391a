#!/bin/bash
# Flannelboard lab @NAME@: the cluster of the board out of network namespaces of this machine.
#
#   bash @FILE@ up                  build it (a second or two); it stays until you say
#   bash @FILE@ in NS CMD...        run a command in a namespace:  in @EXAMPLE@ ping 10.244.2.2
#   bash @FILE@ shell NS            a shell there
#   bash @FILE@ list                the namespaces
#   bash @FILE@ down                everything goes away
#
# As root, or as anybody where user namespaces are allowed. Nothing of the machine is touched: everything happens in mount,
# process and network namespaces of its own, and is gone with them. Needs Linux with: @NEEDS@.
set -euo pipefail
export LC_ALL=C

STATE=${FLANNELBOARD_LAB:-${TMPDIR:-/tmp}/flannelboard-lab-$UID-@NAME@}
NEEDS_VXLAN=@VXLAN@
NEEDS_TUN=@TUN@
PROGRAMS=@PROGRAMS@

say() { printf '%s\n' "$*" >&2; }
die() { say "lab: $*"; exit 1; }
path() { case $1 in */*) echo "/run/lab/$1" ;; *) echo "/run/netns/$1" ;; esac; }

# --- outside: one holder process owns the namespaces -----------------------------------------------------------------

need() { command -v "$1" >/dev/null || MISSING+=("$1 ($2)"); }

check() {
  MISSING=()
  [ "$(uname -s)" = Linux ] || die "this needs Linux; docs/lab.md says how to get one on macOS and Windows"
  need ip iproute2; need bridge iproute2; need unshare util-linux; need nsenter util-linux; need mount mount; need sysctl procps
@CHECKS@
  [ ${#MISSING[@]} -eq 0 ] || die "missing: ${MISSING[*]}; on Debian and Ubuntu: apt install iproute2 util-linux procps iptables ipset python3"
  if [ "$UID" -ne 0 ] && ! unshare -Urn true 2>/dev/null; then
    die "you are not root, and this machine does not let other people make namespaces: run it with sudo"
  fi
}

holder() { # prints the process that holds the lab, when it is up
  local pid
  [ -O "$STATE" ] && [ -r "$STATE/pid" ] && pid=$(<"$STATE/pid") || return 1
  [ -n "$pid" ] && [ "$(readlink "/proc/$pid/ns/mnt" 2>/dev/null)" = "$(<"$STATE/mnt")" ] && echo "$pid"
}

up() {
  check
  [ -f "$0" ] || die "save the script in a file first, it runs itself again inside the namespaces"
  holder >/dev/null && die "it is up already; \"down\" takes it away"
  rm -rf "$STATE"
  mkdir -m 700 "$STATE" || die "cannot write to $STATE"
  local flags=(--mount --net --pid --fork --kill-child)
  [ "$UID" -eq 0 ] || flags+=(--user --map-root-user)
  # its words go to a file: who holds the lab shall not hold this terminal, or the pipe that somebody reads
  setsid unshare "${flags[@]}" bash "$0" --inside "$STATE" </dev/null >"$STATE/log" 2>&1 &
  local child=$!
  # shellcheck disable=SC2064
  trap "{ kill -KILL $child; wait $child; } 2>/dev/null || true; rm -rf '$STATE'; exit 130" INT TERM HUP
  until [ -e "$STATE/ready" ]; do
    if ! kill -0 "$child" 2>/dev/null; then
      cat "$STATE/log" >&2
      rm -rf "$STATE"
      die "it could not be built, see above; nothing is left behind"
    fi
    sleep 0.05
  done
  trap - INT TERM HUP
  disown
  cat "$STATE/log" >&2
  say "up: @COUNT@ namespaces. Try: bash $0 in @EXAMPLE@ ip route"
}

down() {
  local pid
  if pid=$(holder); then
    # its parent is unshare --kill-child: the kernel ends the holder with it, and everything else with the holder
    kill -KILL "$(<"$STATE/parent")"
    while [ -e "/proc/$pid/ns/net" ]; do sleep 0.02; done
    say "down: everything is gone"
  else
    say "it is not up"
  fi
  [ ! -O "$STATE" ] || rm -rf "$STATE"
}

enter() { # NS CMD...
  local pid ns=$1 flags=(--mount --pid) here=$PWD
  shift
  pid=$(holder) || die "it is not up; \"up\" builds it"
  [ "$UID" -eq 0 ] || flags+=(--user --preserve-credentials)
  exec nsenter --target "$pid" "${flags[@]}" -- bash -c '
    [ -e "$1" ] || { echo "lab: no namespace $2; \"list\" names them" >&2; exit 1; }
    cd "$3" 2>/dev/null || cd /
    net=$1; shift 3
    exec nsenter --net="$net" -- "$@"' lab "$(path "$ns")" "$ns" "$here" "$@"
}

# --- inside: the machine of the lab ----------------------------------------------------------------------------------

netns() { # a namespace as the board's begins: lo is up, IPv4 only, nothing inherited from this machine's settings
  local file
  file=$(path "$1")
  mkdir -p "${file%/*}"
  touch "$file"
  unshare --net bash -euc '
    mount --bind /proc/self/ns/net "$1"
    ip link set lo up
    for key in all default; do
      [ ! -e /proc/sys/net/ipv6 ] || echo 1 >/proc/sys/net/ipv6/conf/$key/disable_ipv6
      for flag in rp_filter accept_local route_localnet; do echo 0 >/proc/sys/net/ipv4/conf/$key/$flag; done
    done
    echo 0 >/proc/sys/net/ipv4/ip_forward' lab "$file"
}

netns_del() { # its devices first, and with them the other ends of pairs: a namespace goes only after a while
  local file
  file=$(path "$1")
  nsenter --net="$file" bash -c '
    ip -o link | while IFS=": " read -r _ dev _; do
      dev=${dev%%@*}
      [ "$dev" = lo ] || ip link del "$dev" 2>/dev/null || true
    done'
  umount "$file"
  rm "$file"
}

n() { # NS CMD...: the command of the board, in its namespace; a path like shop/web after "netns" is relative to /run/lab
  local ns=$1
  shift
  (cd /run/lab && exec nsenter --net="$(path "$ns")" -- "$@" >/dev/null) || die "in $ns: $*"
}

refused() { # NS WORDS CMD...: Linux says no to this one, as on the board
  local ns=$1 words=$2 said
  shift 2
  if said=$(cd /run/lab && nsenter --net="$(path "$ns")" -- "$@" 2>&1); then
    die "in $ns: $*: the board expects \"$words\", but this kernel took it"
  fi
  say "refused, as on the board, in $ns: $*: $said"
}

inside() {
  local state=$1
  mount --make-rprivate /
  mount -t tmpfs -o mode=755 lab /run
  mkdir -p /run/lab /run/netns
  export XTABLES_LOCKFILE=/run/xtables.lock
  if [ ! -e /proc/sys/net/bridge/bridge-nf-call-iptables ] && ! modprobe br_netfilter 2>/dev/null; then
    die "this kernel has br_netfilter not loaded: run \"sudo modprobe br_netfilter\" first"
  fi
  if $NEEDS_VXLAN && ! ip link add lab-probe type vxlan id 1 dstport 8472 2>/dev/null; then
    die "this kernel has no vxlan: \"sudo modprobe vxlan\" first (in a minimal image: install linux-modules-extra)"
  fi
  if $NEEDS_TUN && ! : 2>/dev/null <>/dev/net/tun; then
    die "/dev/net/tun cannot be opened, and the udp backend needs it: run it with sudo (or \"sudo modprobe tun\" first)"
  fi
  build
  if [ -n "$PROGRAMS" ]; then
    coproc python3 -c "$(programs)" "$PROGRAMS" 2>>"$state/programs.log"
    local answer
    read -r answer <&"${COPROC[0]}" || die "the servers did not start: $(<"$state/programs.log")"
  fi
  readlink /proc/self/ns/mnt >"$state/mnt"
  # the number by which the outside knows this process, for /proc is still the outside's
  local outer parent
  read -r outer _ _ parent _ </proc/self/stat
  echo "$outer" >"$state/pid"
  echo "$parent" >"$state/parent"
  : >"$state/ready"
}

build() {
@BUILD@
}

programs() {
  cat <<'END_OF_PROGRAMS'
@PYTHON@
END_OF_PROGRAMS
}

case ${1:-help} in
  up) up ;;
  down) down ;;
  list) printf '%s\n' @LIST@ ;;
  in) [ $# -ge 3 ] || die "usage: in NS CMD..."; enter "${@:2}" ;;
  shell) [ $# -eq 2 ] || die "usage: shell NS"; enter "$2" env PS1="$2# " "${SHELL:-/bin/bash}" --norc ;;
  --inside) inside "$2"; exec sleep infinity </dev/null >/dev/null 2>&1 ;;
  *) sed -n '2,9s/^# \{0,1\}//p' "$0"; [ "${1:-help}" = help ] || exit 2 ;;
esac
