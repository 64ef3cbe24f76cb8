"""A real Kubernetes control plane on loopback ports: etcd, API server, controllers, scheduler, and kwok's nodes."""

from __future__ import annotations

import contextlib
import http.client
import json
import secrets
import shutil
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.cluster.detached import Detached
from tests.cluster.kwok_config import kwok_config, node, storage_class
from tests.cluster.node.api import Api
from tests.ports import free_port

START_SECONDS = 120
"""It takes three seconds on a machine that has nothing else to do."""
NAMES = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok")
NODES = {"node-a": "a", "node-b": "b", "node-c": "c"}
"""Each in a zone of its own."""
CONTROLLERS = "*,-nodeipam,-node-route-controller,-cloud-node-lifecycle-controller,-service-lb-controller"
NAMESPACE = "discord-bot"
ENTER = Path(__file__).parent / "node" / "enter_pod.py"
NOBODY = "-"
"""No namespace's name."""


class ClusterFailed(Exception):
    """A part of the cluster did not come up; the message ends with what it said."""


class ControlPlane:
    """Its processes, files and ports, all under one folder; what an earlier run left there is ended and replaced."""

    def __init__(self, folder: Path, binaries: Path, *, forward: list[str], real_namespace: str = NOBODY) -> None:
        """`real_namespace` has a kubelet of its own, in this process, so all end with it (see kwok_config)."""
        self.folder = folder
        self.binaries = binaries
        self.kubeconfig = folder / "kubeconfig"
        self.pods = folder / "pods"
        self._forward = forward
        self._real_namespace = real_namespace
        self._processes = {name: Detached(name, folder) for name in NAMES}

    def alive(self) -> bool:
        """Whether every process runs and the API server says that it is ready."""
        return all(process.alive() for process in self._processes.values()) and self._ready()

    def up(self) -> None:
        """Start everything on an empty etcd; returns when nodes are ready. Raises ClusterFailed."""
        self.down()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.pods.mkdir(parents=True)
        try:
            self._start_etcd_and_apiserver()
            self._start_controllers()
            self._wait("a node", self._nodes_ready)
        except BaseException:
            self.down()
            raise

    def down(self) -> None:
        """End what `up` started, last first, and nothing else."""
        for process in reversed(self._processes.values()):
            process.end()

    @property
    def url(self) -> str:
        """The API server's."""
        config = json.loads(self.kubeconfig.read_text(encoding="utf-8"))
        return str(config["clusters"][0]["cluster"]["server"])

    def token(self) -> str:
        """The administrator's."""
        return (self.folder / "tokens.csv").read_text(encoding="ascii").partition(",")[0]

    def trust(self) -> ssl.SSLContext:
        """Trusts the API server's own certificate and no other."""
        return ssl.create_default_context(cafile=str(self.folder / "certificates" / "apiserver.crt"))

    def kubectl(self, *words: str, stdin: str | None = None) -> str:
        """Its standard output; raises ClusterFailed with what it complained about."""
        command = [str(self.binaries / "kubectl"), "--kubeconfig", str(self.kubeconfig), *words]
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ClusterFailed(f"kubectl {' '.join(words)}: {done.stderr.strip()}")
        return done.stdout

    def _start_etcd_and_apiserver(self) -> None:
        clients, peers, port = free_port(), free_port(), free_port()
        self._write_credentials(f"https://127.0.0.1:{port}")
        etcd = f"http://127.0.0.1:{clients}"
        peer = f"http://127.0.0.1:{peers}"
        self._start(
            "etcd",
            f"--data-dir={self.folder}/etcd",
            f"--listen-client-urls={etcd}",
            f"--advertise-client-urls={etcd}",
            f"--listen-peer-urls={peer}",
            f"--initial-advertise-peer-urls={peer}",
            f"--initial-cluster=default={peer}",
            "--unsafe-no-fsync",
        )
        self._start(
            "kube-apiserver",
            f"--etcd-servers={etcd}",
            "--bind-address=127.0.0.1",
            "--advertise-address=127.0.0.1",
            f"--secure-port={port}",
            f"--cert-dir={self.folder}/certificates",
            f"--token-auth-file={self.folder}/tokens.csv",
            "--authorization-mode=RBAC",
            "--allow-privileged=true",  # so that it is Pod Security that refuses
            "--service-cluster-ip-range=10.96.0.0/16",
            "--endpoint-reconciler-type=none",
            "--kubelet-preferred-address-types=InternalIP",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={self.folder}/accounts.key",
            f"--service-account-signing-key-file={self.folder}/accounts.key",
        )
        self._wait("kube-apiserver", self._ready)

    def _start_controllers(self) -> None:
        kubeconfig = f"--kubeconfig={self.kubeconfig}"
        self._start(
            "kube-controller-manager",
            kubeconfig,
            f"--service-account-private-key-file={self.folder}/accounts.key",
            f"--root-ca-file={self.folder}/certificates/apiserver.crt",
            "--use-service-account-credentials",
            "--leader-elect=false",
            "--secure-port=0",
            "--horizontal-pod-autoscaler-sync-period=5s",
            f"--controllers={CONTROLLERS}",
        )
        self._start("kube-scheduler", kubeconfig, "--leader-elect=false", "--secure-port=0")
        self._start_kwok(kubeconfig)
        objects = [storage_class(), *(node(name, zone) for name, zone in NODES.items())]
        listed = {"apiVersion": "v1", "kind": "List", "items": objects}
        self.kubectl("apply", "-f", "-", stdin=json.dumps(listed))

    def _start_kwok(self, kubeconfig: str) -> None:
        port = free_port()
        config = kwok_config(
            self.binaries / "kwok-config",
            real_namespace=self._real_namespace,
            pods=self.pods,
            forward=self._forward,
        )
        (self.folder / "kwok.yaml").write_text(config, encoding="utf-8")
        enter = self.folder / "kwok-exec"  # by this very Python: others are found slowly
        enter.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{ENTER}" "$@"\n', encoding="utf-8")
        enter.chmod(0o755)
        self._start(
            "kwok",
            kubeconfig,
            f"--config={self.folder}/kwok.yaml",
            "--manage-all-nodes=true",
            "--node-ip=127.0.0.1",
            f"--node-port={port}",
            f"--server-address=127.0.0.1:{port}",
            "--node-lease-duration-seconds=40",
            KWOK_EXEC=str(self.folder / "kwok-exec"),
            SEGUE_PODS=str(self.pods),
        )

    def _start(self, name: str, *arguments: str, **environment: str) -> None:
        tied = [] if self._real_namespace == NOBODY else ["setpriv", "--pdeathsig", "TERM"]
        self._processes[name].start([*tied, str(self.binaries / name), *arguments], environment)

    def _write_credentials(self, url: str) -> None:
        token = secrets.token_urlsafe(24)
        (self.folder / "tokens.csv").touch(mode=0o600)
        (self.folder / "tokens.csv").write_text(f'{token},admin,admin,"system:masters"\n', encoding="ascii")
        key = ["openssl", "genrsa", "-out", str(self.folder / "accounts.key"), "2048"]
        subprocess.run(key, check=True, capture_output=True)
        authority = str(self.folder / "certificates" / "apiserver.crt")
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "local", "cluster": {"server": url, "certificate-authority": authority}}],
            "users": [{"name": "admin", "user": {"token": token}}],
            "contexts": [{"name": "local", "context": {"cluster": "local", "user": "admin", "namespace": NAMESPACE}}],
            "current-context": "local",
        }
        self.kubeconfig.touch(mode=0o600)
        self.kubeconfig.write_text(json.dumps(config, indent=2), encoding="utf-8")

    def _ready(self) -> bool:
        try:  # its certificate is one of the first things it makes
            with contextlib.closing(Api(self.url, self.token(), self.trust())) as api:
                return api.says_ready()
        except (OSError, http.client.HTTPException):
            return False

    def _nodes_ready(self) -> bool:
        query = '-o=jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}'
        return self.kubectl("get", "nodes", query).split() == ["True"] * len(NODES)

    def _wait(self, what: str, happened: Callable[[], bool]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not happened():
            for process in self._processes.values():
                if process.log_path.exists() and not process.alive():
                    raise ClusterFailed(f"{process.name} ended; {process.log_path}:\n{process.tail()}")
            if time.monotonic() > deadline:
                raise ClusterFailed(f"{what} was not ready within {START_SECONDS} s; see {self.folder}")
            time.sleep(0.1)
