#!/usr/bin/env bash
# Builds a Kubernetes API server and what it needs from source (Go's module proxy), once per machine and version, into
# ${XDG_CACHE_HOME:-~/.cache}/segue/kubernetes/<versions>, and prints that folder as the last line.
# Resumable: what is built stays, each binary appears whole or not at all. About 12 minutes cold on two cores, 3 GB of
# module cache and 5 GB of build cache, both Go's own. Ends with 3 when it may not (NO_BUILD=1) or cannot (no Go) build.
set -euo pipefail

KUBERNETES=v1.36.3
ETCD=v3.6.15
KWOK=v0.8.0
MENDED=3 # counts changes to mend_kwok below

CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/segue/kubernetes"
HOME_OF_BINARIES="$CACHE/$KUBERNETES-etcd-$ETCD-kwok-$KWOK"
COMMANDS="kube-apiserver kube-controller-manager kube-scheduler kubectl"

say() { echo "k8s: $*" >&2; }
kwok_is_ours() { [ -x "$HOME_OF_BINARIES/kwok" ] && [ -e "$HOME_OF_BINARIES/kwok-config/mended-$MENDED" ]; }
missing() {
  local name
  for name in $COMMANDS etcd; do [ -x "$HOME_OF_BINARIES/$name" ] || echo "$name"; done
  kwok_is_ours || echo kwok
}

if [ -z "$(missing)" ]; then echo "$HOME_OF_BINARIES"; exit 0; fi
if [ -n "${NO_BUILD:-}" ]; then say "not built yet: $(missing | xargs). Run make k8s-build."; exit 3; fi
if ! command -v go >/dev/null && [ -x /usr/local/go/bin/go ]; then PATH="/usr/local/go/bin:$PATH"; fi
if ! command -v go >/dev/null; then
  say "GO IS MISSING, so there is no Kubernetes API server to test on: install Go 1.26 or newer (https://go.dev/dl)."
  exit 3
fi

mkdir -p "$HOME_OF_BINARIES"
exec 9>"$CACHE/lock"
flock -n 9 || { say "another build is at work, waiting for it"; flock 9; }
work="$CACHE/work"
rm -rf "$work"; mkdir -p "$work"
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT

built() { # name: $work/name is whole, so it may be seen
  chmod 755 "$work/$1"
  mv "$work/$1" "$HOME_OF_BINARIES/$1"
  say "$1 after ${SECONDS} s"
}

module_folder() { go mod download -json "$1" | sed -n 's/.*"Dir": "\(.*\)",/\1/p'; }

kubernetes_module() { # its own go.mod points at staging folders that the module lacks: each is published beside it
  local source staging=v0.${KUBERNETES#v1.} name
  source=$(module_folder "k8s.io/kubernetes@$KUBERNETES")
  mkdir -p "$work/kubernetes"; cd "$work/kubernetes"
  {
    echo "module scratch"
    sed -n '/^go 1/p;/^godebug/p' "$source/go.mod"
    echo "require k8s.io/kubernetes $KUBERNETES"
    grep -oE 'k8s.io/[a-z-]+ => ./staging' "$source/go.mod" | sort -u | awk -v s="$staging" '{print "replace " $1 " => " $1 " " s}'
  } > go.mod
  { echo "//go:build tools"; echo "package scratch"
    for name in $COMMANDS; do echo "import _ \"k8s.io/kubernetes/cmd/$name\""; done; } > tools.go
  cp "$source/go.sum" go.sum; chmod u+w go.sum
  nice -n 15 go mod tidy 2>/dev/null
}

build_kubernetes() {
  local flags package=k8s.io/component-base/version name
  flags="-s -w -X $package.gitVersion=$KUBERNETES -X $package.gitMajor=1 -X $package.gitMinor=36"
  flags="$flags -X $package.gitTreeState=clean -X $package.gitCommit=module"
  kubernetes_module
  for name in $COMMANDS; do
    [ -x "$HOME_OF_BINARIES/$name" ] && continue
    CGO_ENABLED=0 nice -n 15 go build -trimpath -ldflags "$flags" -o "$work/$name" "k8s.io/kubernetes/cmd/$name"
    built "$name"
  done
}

build_etcd() { # Debian's 3.4 boots the server, but watches fail on it
  mkdir -p "$work/etcd-module"; cd "$work/etcd-module"
  printf 'module scratch\n\ngo 1.26\n' > go.mod
  go get "go.etcd.io/etcd/server/v3@$ETCD" 2>/dev/null
  CGO_ENABLED=0 nice -n 15 go build -trimpath -ldflags "-s -w" -o "$work/etcd" go.etcd.io/etcd/server/v3
  built etcd
}

mend_kwok() { # What kwok's kubelet lacks; the script stops if a line is not found.
  # 1. A command's standard input never ends: `psql < backup.sql` would wait for ever.
  swap pkg/utils/exec/exec.go '_, _ = io.Copy(inPipe, opt.In)' '_, _ = io.Copy(inPipe, opt.In); _ = inPipe.Close()'
  # 2. Commands run on the machine itself: $KWOK_EXEC, if set, gets namespace, pod, container and the command instead.
  swap pkg/kwok/server/debugging_exec.go '// Set the environment variables.' \
    'if via := os.Getenv("KWOK_EXEC"); via != "" { cmd = append([]string{via, podNamespace, podName, container}, cmd...) }'
  swap pkg/kwok/server/debugging_exec.go '"net/http"' '"net/http"; "os"'
  # 3. How a command ended is lost: kubectl reports an internal error instead of its exit code.
  swap pkg/kwok/server/debugging_exec.go 'return s.execInContainerWithTTY(ctx, cmd, in, stdout, resize)' \
    'return ended(s.execInContainerWithTTY(ctx, cmd, in, stdout, resize))'
  swap pkg/kwok/server/debugging_exec.go 'return s.execInContainer(ctx, cmd, in, stdout, stderr)' \
    'return ended(s.execInContainer(ctx, cmd, in, stdout, stderr))'
  swap pkg/kwok/server/debugging_exec.go '"context"' '"context"; "errors"; osexec "os/exec"; codes "k8s.io/utils/exec"'
  cat >> pkg/kwok/server/debugging_exec.go <<'GO'

func ended(err error) error {
	var exit *osexec.ExitError
	if errors.As(err, &exit) {
		return codes.CodeExitError{Err: err, Code: exit.ExitCode()}
	}
	return err
}
GO
  # 4. What a command on a terminal says last is lost: it is closed before it was read to its end.
  perl -0pi -e 's{// Create a two way tunnel.*?(?=// Resize pty)}{drained := make(chan struct{})
	go func() { _, _ = io.Copy(pty, in) }()
	go func() {
		defer close(drained)
		_, _ = io.Copy(out, pty)
	}()
	defer func() {
		_ = tty.Close()
		select {
		case <-drained:
		case <-time.After(2 * time.Second):
		}
	}()

	}s; s{utilsnet "sigs.k8s.io/kwok/pkg/utils/net"}{};
    s{"io"}{"io"; "time"}' pkg/kwok/server/debugging_exec_other.go
  # 5. Files of logs and forwarded ports cannot depend on the pod.
  swap pkg/kwok/server/debugging_logs.go 'return readLogs(ctx, logsFile, opts, stdout, stderr)' \
    'return readLogs(ctx, strings.NewReplacer("{namespace}", podNamespace, "{pod}", podName, "{container}", container).Replace(logsFile), opts, stdout, stderr)'
  swap pkg/kwok/server/debugging_logs.go '"slices"' '"slices"; "strings"'
  swap pkg/kwok/server/debugging_port_forword.go 'return utilsexec.Exec(utilsexec.WithReadWriter(ctx, stream), forward.Command[0], forward.Command[1:]...)' \
    'return utilsexec.Exec(utilsexec.WithReadWriter(ctx, stream), forward.Command[0], append(slices.Clone(forward.Command[1:]), podNamespace, podName, strconv.Itoa(int(port)))...)'
}

swap() { # file, what stands there once, what shall stand there
  [ "$(grep -cF -- "$2" "$1")" = 1 ] || { say "kwok $KWOK has not exactly one «$2» in $1"; exit 1; }
  FROM="$2" TO="$3" perl -0pi -e 's/\Q$ENV{FROM}\E/$ENV{TO}/' "$1"
}

build_kwok() {
  cp -r "$(module_folder "sigs.k8s.io/kwok@$KWOK")" "$work/kwok-source"
  chmod -R u+w "$work/kwok-source"; cd "$work/kwok-source"
  mend_kwok
  nice -n 15 go build -o "$work/kwok" ./cmd/kwok
  rm -rf "$HOME_OF_BINARIES/kwok-config"
  cp -r kustomize "$HOME_OF_BINARIES/kwok-config"
  touch "$HOME_OF_BINARIES/kwok-config/mended-$MENDED"
  built kwok
}

say "building $(missing | xargs): about 12 minutes the first time, seconds when Go has it cached"
[ -x "$HOME_OF_BINARIES/etcd" ] || build_etcd
if missing | grep -q '^kube'; then build_kubernetes; fi
kwok_is_ours || build_kwok
echo "$HOME_OF_BINARIES"
