#!/bin/sh
# Builds Weir's programs and their peers, runs them round by round in one go and prints the medians.
#
# usage: tests/bench/run.sh [ROUNDS [PART...]]     or: ./zigw build bench -- [ROUNDS [PART...]]
#
# ROUNDS is 5 unless given; PART names rows (await start gather switch queue1 queue4 limit limiter
# sleepers hello source http), all unless given. $WEIR is the compiler (zig-out/bin/weir), $CC the C
# compiler. Peers that are not installed are left out, and named. Nothing is asserted about time;
# a program that gives a wrong result ends the whole.
set -eu

bench=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$bench/../.." && pwd)
weir=${WEIR:-$root/zig-out/bin/weir}
cc=${CC:-cc}
rounds=${1:-5}
[ $# -eq 0 ] || shift
parts=${*:-await start gather switch queue1 queue4 limit limiter sleepers hello source http}

say() { echo "bench: $*" >&2; }
has() { command -v "$1" >/dev/null 2>&1; }
wanted() { case " $parts " in *" $1 "*) return 0 ;; esac; return 1; }

[ -x "$weir" ] || { say "$weir is missing: ./zigw build"; exit 2; }

out=$(mktemp -d "${TMPDIR:-/tmp}/weir-bench.XXXXXX")
nginx_pid=
clean_up() {
    [ -z "$nginx_pid" ] || kill "$nginx_pid" 2>/dev/null || true
    rm -rf "$out"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# ── building ────────────────────────────────────────────────────────────────────────────────────
flags="-std=gnu11 -D_GNU_SOURCE -O2" # those of `weir build`
build() { # FILE OUT LIBRARY...
    file=$1 to=$2
    shift 2
    # shellcheck disable=SC2086 # flags are words
    $cc $flags -o "$out/$to" "$bench/$file" "$@"
}

say "building with $cc $flags"
build measure.c measure
build limit.c least -luv
build hand.c hand -luv
build hello.c hello_hand -luv
for part in $parts; do
    [ ! -f "$bench/$part.weir" ] || "$weir" build "$bench/$part.weir" -o "$out/$part"
done

node= python= go=
if has node; then node=node; else say "node is not installed: left out"; fi
if has python3 && python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    python=$(python3 -c 'import sys; print(sys.executable)') # not a shim that starts slowly
else
    say "python3 (3.11 or newer) is not installed: asyncio left out"
fi
if has go && (cd "$out" && GO111MODULE=off go build -o "$out/peer" "$bench/peer.go"); then
    go=$out/peer
else
    say "go is not installed: left out"
fi

# ── the plan ────────────────────────────────────────────────────────────────────────────────────
tab=$(printf '\t')
plan() { # FIELD...
    line=$1
    shift
    for text; do line=$line$tab$text; done
    echo "$line" >> "$out/plan"
}

# Sums that the programs print: of 0..n, n times over.
sum() { awk -v n="$1" -v times="$2" 'BEGIN { printf "%.0f", times * n * (n - 1) / 2 }'; }
expected() { # PART COUNT
    case $1 in
        await | queue1) sum "$2" 1 ;;
        queue4) sum $(($2 / 4)) 4 ;;
        *) echo "$2" ;;
    esac
}

# A row of the core: all programs take the work's name and a count; slow peers get a smaller one.
core() { # PART TITLE GOAL COUNT SLOW-COUNT
    wanted "$1" || return 0
    plan row "$2" ns "$3"
    plan cell "$2" weir "$4" "$(expected "$1" "$4")" "$out/$1 #"
    plan cell "$2" hand "$4" "$(expected "$1" "$4")" "$out/hand $1 #"
    plan cell "$2" limit "$4" "$(expected "$1" "$4")" "$out/least $1 #"
    [ "$1" != limit ] || return 0 # what a peer would write is the limiter
    [ -z "$go" ] || plan cell "$2" go "$5" "$(expected "$1" "$5")" "$go $1 #"
    [ -z "$node" ] || plan cell "$2" node "$5" "$(expected "$1" "$5")" "node $bench/peer.mjs $1 #"
    # asyncio is slower than the others by ten again, but for a million sleepers it is a million
    few=$(($5 / 10))
    case $1 in sleepers | limiter) few=$(($5 / 5)) ;; esac
    [ -z "$python" ] ||
        plan cell "$2" asyncio "$few" "$(expected "$1" "$few")" "$python $bench/peer.py $1 #"
}

core await "start and await a task" "8" 2000000 500000
core start "start, 100 in a scope" "8" 5000000 500000
core gather "gather 100 results" "8" 5000000 500000
core switch "switch between two tasks" "4" 10000000 1000000
core queue1 "queue of 64, 1 to 1" "8" 5000000 500000
core queue4 "queue of 64, 4 to 4" "8" 5000000 500000
core limit "tasks, 100 in flight" "40" 5000000 0
core limiter "1M tasks, limiter of 100" "40" 1000000 1000000
core sleepers "1M sleeping tasks" "120, 64 MB" 1000000 1000000

if wanted sleepers; then
    plan row "100,000 sleep 1 s" ms "1500, 30 MB"
    plan cell "100,000 sleep 1 s" weir 1 - "$out/sleepers 100000"
    plan cell "100,000 sleep 1 s" hand 1 - "$out/hand sleepers 100000"
    plan cell "100,000 sleep 1 s" limit 1 - "$out/least sleepers 100000"
fi

# What `weir run` does without a cache of its own: a fresh one each time.
if wanted hello; then
    hello="Hello, world"
    plan row "hello, native" ms "1.3"
    plan cell "hello, native" weir 1 "$hello" "$out/hello"
    plan cell "hello, native" hand 1 "$hello" "$out/hello_hand"
    [ -z "$go" ] || plan cell "hello, native" go 1 "$hello" "$go"
    [ -z "$node" ] || plan cell "hello, native" node 1 "$hello" "node $bench/peer.mjs"
    [ -z "$python" ] || plan cell "hello, native" asyncio 1 "$hello" "$python $bench/peer.py"
    cat > "$out/cold" <<END
#!/bin/sh
rm -rf "$out/no-cache"
XDG_CACHE_HOME="$out/no-cache" exec "$weir" run "$bench/hello.weir"
END
    cat > "$out/warm" <<END
#!/bin/sh
XDG_CACHE_HOME="$out/cache" exec "$weir" run "$bench/hello.weir"
END
    chmod +x "$out/cold" "$out/warm"
    "$out/warm" > "$out/said"
    plan row "hello, weir run, cold" ms "8"
    plan cell "hello, weir run, cold" weir 1 "$hello" "$out/cold"
    plan row "hello, weir run, again" ms "4"
    plan cell "hello, weir run, again" weir 1 "$hello" "$out/warm"
fi

if wanted source; then
    awk -v tasks=500 -f "$bench/big.awk" > "$out/big.weir"
    lines=$(wc -l < "$out/big.weir" | tr -d ' ')
    plan row "lines of source to C" k/s "1000"
    plan cell "lines of source to C" weir "$lines" - "$weir emit $out/big.weir -o $out/big.c"
    plan row "lines of source checked" k/s "-"
    plan cell "lines of source checked" weir "$lines" - "$weir check $out/big.weir"
fi

# ── http ────────────────────────────────────────────────────────────────────────────────────────
# nginx on the loopback; its own time is not counted, only that of the clients.
start_nginx() {
    mkdir -p "$out/www" "$out/logs"
    awk 'BEGIN { for (i = 0; i < 1000; i++) printf "x" }' > "$out/www/page"
    for port in 38080 38180 38280 38380; do
        cat > "$out/nginx.conf" <<END
daemon off;
pid $out/nginx.pid;
error_log $out/logs/error.log;
worker_processes 1;
events { worker_connections 1024; }
http {
    access_log off;
    client_body_temp_path $out/t1; proxy_temp_path $out/t2; fastcgi_temp_path $out/t3;
    uwsgi_temp_path $out/t4; scgi_temp_path $out/t5;
    keepalive_requests 100000000;
    open_file_cache max=10;
    server { listen 127.0.0.1:$port; root $out/www; }
}
END
        chmod 755 "$out" # the worker is another user
        nginx -p "$out" -c "$out/nginx.conf" > "$out/logs/said" 2>&1 &
        nginx_pid=$!
        url=http://127.0.0.1:$port/page
        for attempt in 1 2 3 4 5 6 7 8 9 10; do
            ! "$out/http_limit" 1 "$url" > "$out/said" 2>&1 || return 0
            sleep 0.1
        done
        kill "$nginx_pid" 2>/dev/null || true
        nginx_pid=
    done
    say "nginx did not start: http left out"
    cat "$out/logs/said" >&2
    return 1
}

if wanted http && ! has nginx; then
    say "nginx is not installed: http left out"
elif wanted http; then
    build http_limit.c http_limit -luv
    hand=
    if build http_hand.c http_hand -luv -lcurl 2> "$out/said"; then
        hand=$out/http_hand
    else
        say "libcurl's headers are not installed: http by hand left out"
    fi
    if start_nginx; then
        title="GET, 100 in flight" count=20000 total=20000000
        plan row "$title" us "16"
        plan cell "$title" weir $count $total "$out/http # $url"
        [ -z "$hand" ] || plan cell "$title" hand $count $total "$hand # $url"
        plan cell "$title" limit $count $total "$out/http_limit # $url"
        [ -z "$go" ] || plan cell "$title" go $count $total "$go http # $url"
        [ -z "$node" ] || plan cell "$title" node $count $total "node $bench/peer.mjs http # $url"
    fi
fi

# ── measuring ───────────────────────────────────────────────────────────────────────────────────
echo "$(date -u +%Y-%m-%d), $(uname -sm), $(nproc 2>/dev/null || echo '?') processors," \
    "$($cc --version | head -n 1)"
echo "load before: $(uptime | sed 's/.*load average/load average/')"
"$out/measure" "$rounds" < "$out/plan"
echo "load after: $(uptime | sed 's/.*load average/load average/')"
echo "weir: native build. hand: libuv by hand (http: libcurl's multi-socket interface). limit: the"
echo "least a compiler could print. Processor time where not said otherwise: ns, us, k/s; ms is wall."
echo "go, node and asyncio do less of the work, in memory too; the goals are of an idle machine on"
echo "which the limit was 2.6, 2.6, 2.6, 1.6, 2.5, 2.5, 24, 24 and 94 ns: compare what is of limit."
