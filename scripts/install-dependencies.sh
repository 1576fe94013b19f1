#!/bin/sh
# Installs the Debian packages that are missing, and only those, in one call.
#
#   install-dependencies.sh build          what compiling and running Tocsin needs
#   install-dependencies.sh build test     and what the end-to-end tests need
#   install-dependencies.sh build bench    and what the measurements need
#   install-dependencies.sh build python   and what the demonstration and the documentation need
#
# Does nothing, and needs no rights, when everything is there. Otherwise runs as root or through sudo.
set -eu

wanted=
add() { wanted="$wanted $*"; }

for group in "$@"; do
    case $group in
    # tzdata: zones are read from the system, so that a change of law needs no new build.
    build) add libsqlite3-dev libpq-dev pkg-config ca-certificates tzdata ;;
    test)
        add python3 python3-venv postgresql prometheus prometheus-alertmanager chromium
        # A power cut is played on an XFS loop file; an fsync that fails is a small C library, preloaded.
        add xfsprogs util-linux mount gcc libc6-dev openssl
        ;;
    # The demonstration and the documentation are written with Python's standard library.
    python) add python3 ;;
    bench) add python3 python3-venv wrk prometheus-alertmanager postgresql ;;
    *)
        echo "install-dependencies.sh: \"$group\" is not a group; there are build, python, test and bench" >&2
        exit 2
        ;;
    esac
done

missing=
for package in $wanted; do
    state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    if [ "$state" != installed ]; then
        case " $missing " in
        *" $package "*) ;;
        *) missing="$missing $package" ;;
        esac
    fi
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
    echo "These Debian packages are needed, and this system has no apt-get:$missing" >&2
    exit 1
fi

as_root=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "Please install these packages as root:$missing" >&2
        exit 1
    fi
    as_root=sudo
fi

echo "Installing:$missing"

# Debian starts a service when it installs one. The tests start their own on loopback, so nothing may be left running:
# exit status 101 tells the package scripts that starting is not allowed.
policy=/usr/sbin/policy-rc.d
ours=no
if [ ! -e "$policy" ]; then
    ours=yes
    printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null
    $as_root chmod 755 "$policy"
fi
restore() { [ "$ours" = no ] || $as_root rm -f "$policy"; }
trap restore EXIT
trap 'exit 1' INT TERM

log=$(mktemp)
# shellcheck disable=SC2086  # a list of words
install() {
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >"$log" 2>&1
}
# The package lists of a fresh image are empty or old: they are fetched only if the first attempt fails.
if ! install; then
    if ! $as_root apt-get update -qq >>"$log" 2>&1 || ! install; then
        cat "$log" >&2
        rm -f "$log"
        exit 1
    fi
fi
rm -f "$log"
