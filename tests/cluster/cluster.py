"""`Cluster`: the API server, Segue's manifests on it, real processes as pods, and the simulated world around them."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from simulator.certificates import ensure_certificates
from simulator.control_client import ControlClient
from simulator.service import Service
from simulator.stack import FLOWER_LOGIN, STATE, TOKEN, WEBHOOK_SECRET, WEBHOOK_UUID
from tests.cluster.binaries import find_binaries
from tests.cluster.control_plane import NAMESPACE, ClusterFailed, ControlPlane
from tests.cluster.manifests import K8S, fitted, rendered, secret, secret_keys
from tests.cluster.metrics_api import MetricsApi
from tests.cluster.network import PrivateNetwork
from tests.cluster.node.api import Api, Object
from tests.cluster.node.kubelet import Kubelet
from tests.cluster.node.real_pod import Ground, RealPod
from tests.cluster.outside import Outside
from tests.cluster.shell import Shell, with_hosts

SIMULATOR_PORT = 8900
READY_SECONDS = 420
"""The migrations alone take a minute of processor time, and a dozen processes start."""
FORWARD = Path(__file__).parent / "node" / "forward_port.py"


class Cluster(Shell):
    """See the package's own description. Everything ends with the block."""

    def __init__(self) -> None:
        """Raises NotBuilt if the API server was never built on this machine."""
        self._home = Path(tempfile.mkdtemp(prefix="segue-cluster-", dir="/var/tmp"))
        self._home.chmod(0o755)
        self.binaries = find_binaries(build=False)
        forward = [sys.executable, str(FORWARD)]
        self.plane = ControlPlane(self._home / "plane", self.binaries, forward=forward, real_namespace=NAMESPACE)
        self.simulator: dict[str, Any] = {}
        self._hosts = self._home / "hosts"
        self._hosts.write_text("127.0.0.1 localhost\n", encoding="ascii")
        environment = {
            "KUBECONFIG": str(self.plane.kubeconfig),
            "PATH": f"{self.binaries}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": str(self._home / "home"),
            "CURL_CA_BUNDLE": str(self._home / "outside.pem"),
        }
        super().__init__(self._home / "home", environment, self._hosts)
        (self._home / "home" / "k8s").symlink_to(K8S)  # the runbook's paths are the checkout's
        self._network = PrivateNetwork()
        self._service: Service | None = None
        self._kubelet: Kubelet | None = None
        self._outside: Outside | None = None
        self._metrics: MetricsApi | None = None

    def __enter__(self) -> Self:
        self._network.enter()
        try:
            self.plane.up()
            self._start_simulator()
            self._outside = Outside(self._home)
            self._start_kubelet()
            self.apply()
            self.wait_rolled_out()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    @property
    def control(self) -> ControlClient:
        """The simulated Discord and Stripe."""
        return ControlClient(self.simulator["control_url"])

    def apply(self) -> None:
        """Secrets and all objects of k8s/, as on the first day. Raises ClusterFailed."""
        objects = fitted(rendered(lambda folder: self.plane.kubectl("kustomize", folder)), self._settings())
        namespace = next(thing for thing in objects if thing["kind"] == "Namespace")
        self._apply([namespace])
        self.plane.kubectl("create", "-f", "-", stdin=json.dumps(secret(self._secrets())))
        self._apply(objects)

    def wait_rolled_out(self, seconds: float = READY_SECONDS) -> None:
        """Until every Deployment and StatefulSet has all its pods ready; raises ClusterFailed with those without."""
        deadline = time.monotonic() + seconds
        while unready := self._unready():
            if time.monotonic() > deadline:
                raise ClusterFailed(f"not ready within {seconds} s: {', '.join(unready)}; see {self._home}")
            time.sleep(0.5)

    def pods(self, app: str) -> list[str]:
        """Names of an app's pods that are not ending."""
        found = json.loads(self.plane.kubectl("get", "pods", "-n", NAMESPACE, "-l", f"app={app}", "-o", "json"))
        return [pod["metadata"]["name"] for pod in found["items"] if "deletionTimestamp" not in pod["metadata"]]

    def kill(self, pod: str) -> None:
        """SIGKILL to the first process of each container: it crashed."""
        for pid in self._alive(pod).pids().values():
            os.kill(pid, signal.SIGKILL)

    def started(self, pod: str) -> dict[str, int]:
        """The first process of each container that runs, by name."""
        return self._alive(pod).pids()

    def address(self, pod: str) -> str:
        """Where a pod's ports are, for the thread that entered."""
        return (self.plane.pods / NAMESPACE / pod / "address").read_text(encoding="ascii")

    def _alive(self, name: str) -> RealPod:
        assert self._kubelet is not None
        return next(pod for pod in self._kubelet.pods.values() if pod.name == name)

    def _apply(self, objects: list[Object]) -> None:
        listed = {"apiVersion": "v1", "kind": "List", "items": objects}
        self.plane.kubectl("apply", "-f", "-", stdin=json.dumps(listed))

    def _unready(self) -> list[str]:
        found = json.loads(self.plane.kubectl("get", "deployments,statefulsets", "-n", NAMESPACE, "-o", "json"))
        return [
            f"{thing['metadata']['name']} {thing['status'].get('readyReplicas', 0)}/{thing['spec']['replicas']}"
            for thing in found["items"]
            if thing["status"].get("readyReplicas", 0) != thing["spec"]["replicas"]
            or thing["status"].get("updatedReplicas", 0) != thing["spec"]["replicas"]
            or thing["status"].get("replicas", 0) != thing["spec"]["replicas"]
            or thing["status"].get("observedGeneration", 0) < thing["metadata"]["generation"]
        ]

    def _start_simulator(self) -> None:
        log = self._home / "simulator.log"
        environment = {
            "SIM_PORT": str(SIMULATOR_PORT),
            "SIM_NODES": "0",
            "SIM_VOICE_HOST": "127.0.0.1",
            "SIM_BOT_TOKEN": TOKEN,
            "SIM_STATE_DIR": str(STATE),
            "SIM_STRIPE_WEBHOOK_URL": f"http://discord-api:3000/stripe/webhook/{WEBHOOK_UUID}",
            "SIM_STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "PYTHONUNBUFFERED": "1",
        }
        command = [*with_hosts(self._hosts), sys.executable, "-m", "simulator"]
        self._service = Service("simulator", command, log, environment=environment)
        self._service.start()
        deadline = time.monotonic() + READY_SECONDS
        while not (lines := [line for line in log.read_text(encoding="utf-8").splitlines() if line.startswith("SIM")]):
            if not self._service.alive() or time.monotonic() > deadline:
                raise ClusterFailed(f"the simulator did not start: {log.read_text(encoding='utf-8')}")
            time.sleep(0.05)
        self.simulator = json.loads(lines[0].removeprefix("SIMULATOR "))

    def _start_kubelet(self) -> None:
        assert self._outside is not None
        api = Api(self.plane.url, self.plane.token(), self.plane.trust())
        certificates = ensure_certificates(STATE / "certificates")
        extra = {
            "segue": {"LISTEN_HOST": "POD_IP", "CURL_CA_BUNDLE": f"/.host{self._outside.certificate}"},
            "lavalink": {"SIM_VOICE_CA": f"/.host{certificates.ca_path}"},
        }
        ground = Ground(api, self.plane.pods, self._home / "claims", extra)
        self._kubelet = Kubelet(ground, NAMESPACE, self._hosts, Outside.hosts)
        self._kubelet.start()
        self._metrics = MetricsApi(self._home, self._kubelet)
        self._apply(MetricsApi.registration())

    def _settings(self) -> dict[str, str]:
        return {
            "SANDBOX": "1",
            "ALLOWED_HOSTS": "discord-api,localhost",
            "SMALL": "1",
            "SLOTS": "8",
            "AUDIO_CHILDREN": "1",
            "DISCORD_SHARDS": "2",
            "DISCORD_BOT_ID": self.simulator["application_id"],
            "DISCORD_API_URL": self.simulator["rest_url"],
            "DISCORD_GATEWAY_URL": self.simulator["gateway_url"],
            "STRIPE_API_URL": self.simulator["stripe_url"],
            "STRIPE_WEBHOOK_UUID": WEBHOOK_UUID,
        }

    def _secrets(self) -> dict[str, str]:
        app, audio = secrets.token_hex(12), secrets.token_hex(12)
        return {
            **secret_keys(),
            "DISCORD_TOKEN": TOKEN,
            "DISCORD_CLIENT_SECRET": self.simulator["client_secret"],
            "SECRET_KEY": secrets.token_hex(32),
            "DATABASE_URL": f"postgresql://segue:{app}@postgres:5432/discord",
            "AUDIO_DATABASE_URL": f"postgresql://segue_audio:{audio}@postgres:5432/discord",
            "POSTGRES_PASSWORD": secrets.token_hex(12),
            "LAVALINK_PASSWORD": secrets.token_hex(12),
            "FLOWER_BASIC_AUTH": ":".join(FLOWER_LOGIN),
            "STRIPE_SECRET_KEY": self.simulator["stripe_key"],
            "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        }

    def _end(self) -> None:
        with contextlib.ExitStack() as steps:  # each is tried, whatever the others say
            steps.callback(shutil.rmtree, self._home, ignore_errors=True)
            steps.callback(self._network.leave)
            steps.callback(self.plane.down)
            if self._service is not None:
                steps.callback(self._service.end, time.monotonic() + 5)
                steps.callback(self._service.ask_to_stop)
            for server in (self._outside, self._metrics):
                if server is not None:
                    steps.callback(server.close)
            if self._kubelet is not None:
                steps.callback(self._kubelet.stop)
