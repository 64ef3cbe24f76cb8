"""A real Kubernetes API server on this machine, and Segue's manifests on it with real processes as pods.

`make k8s-up` starts the server alone, for people; nodes and pods only pretend (kwok). Tests and the runbook use this::

    with Cluster() as cluster:                       # everything of k8s/ is applied, every rollout has finished
        done = cluster.run("kubectl get pods -n discord-bot -l app=discord-gateway")
        assert done.rc == 0 and "Running" in done.stdout
        cluster.run("kubectl exec -it postgres-0 -n discord-bot -- psql -U postgres -c 'SELECT 1;'").check()
        cluster.control                              # the simulated Discord and Stripe (simulator.control_client)

`run` takes a line of shell as an operator types it, with our kubectl first in PATH, KUBECONFIG set, and the context's
namespace `discord-bot`; it returns `Completed(stdout, stderr, rc)`, and `check()` raises if rc is not 0. `tty=True` is
for a terminal (stdout and stderr are then one); `stdin=` text; other keywords are environment (`EDITOR=`).
`background(line)` runs it until the block ends and collects what it prints (`kubectl logs -f`, `port-forward`).
Everything lives in a network namespace of its own, so ports are the runbook's own (`curl http://localhost:3000` after a
port-forward) and nothing else on the machine is in the way; there is no internet. It takes root and Linux.

A pod is a process group in a mount namespace of its own: the container's command as the manifest has it, with its
environment, ConfigMaps, Secrets and claims at their paths, an address of its own in 127.77.0.0/16, /etc/hosts as a
cluster's DNS would answer, and its probes decide about ready. What an image brings is this machine's own (PostgreSQL,
Redis, the checkout's .venv), and Lavalink is the simulator's node. Deleting, scaling, restarting and draining do to
processes what they do in a cluster. Process ids are the machine's: `kill` nothing from inside a pod, use
`cluster.kill(pod)` for a crash.
"""

from tests.cluster.binaries import NotBuilt
from tests.cluster.cluster import Cluster
from tests.cluster.shell import Background, CommandFailed, Completed

__all__ = ["Background", "Cluster", "CommandFailed", "Completed", "NotBuilt"]
