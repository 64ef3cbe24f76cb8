"""What a manifest gives a container besides its image: environment, ConfigMaps, Secrets, claims and empty folders."""

from __future__ import annotations

import base64
import os
import pwd
from pathlib import Path
from typing import Any

from tests.cluster.node.api import Api, Object

_EVERYBODY = 0o755


class PodFiles:
    """Files under the pod's folder, which its root file system is put together from."""

    def __init__(self, api: Api, pod: Object, folder: Path, claims: Path) -> None:
        self._api = api
        self._namespace = pod["metadata"]["namespace"]
        self._spec = pod["spec"]
        self._folder = folder
        self._claims = claims

    def environment(self, container: Object, known: dict[str, str]) -> dict[str, str]:
        """`known` with what envFrom and env say; later ones win, as in a cluster."""
        found = dict(known)
        for source in container.get("envFrom", []):
            found |= self._text(self._named("configmaps", source["configMapRef"]["name"]))
        for entry in container.get("env", []):
            found[entry["name"]] = entry["value"] if "value" in entry else self._referred(entry["valueFrom"])
        return found

    def mounts(self, container: Object, user: str, address: str) -> list[dict[str, str]]:
        """Sources on the machine and targets inside, files made; owned by `user` if it is not the harness's own."""
        volumes = {volume["name"]: volume for volume in self._spec.get("volumes", [])}
        found = []
        for mount in container.get("volumeMounts", []):
            if mount["mountPath"] == "/dev/shm":  # noqa: S108 # the machine's own serves as well
                continue
            source = self._volume(volumes[mount["name"]], user, address)
            sub = mount.get("subPath")
            found.append({"source": str(source / sub if sub else source), "target": mount["mountPath"]})
        return found

    def _volume(self, volume: Object, user: str, address: str) -> Path:
        claim = volume.get("persistentVolumeClaim")
        folder: Path = self._claims / claim["claimName"] if claim else self._folder / "volumes" / volume["name"]
        if not folder.exists():
            folder.mkdir(parents=True)
            if "configMap" in volume:
                texts = self._text(self._named("configmaps", volume["configMap"]["name"]))
                self._write(folder, volume["configMap"], {name: text.encode() for name, text in texts.items()}, address)
            elif "secret" in volume:
                self._write(folder, volume["secret"], self._values(volume["secret"]), address)
            _give(folder, user)
        return folder

    def renew(self) -> None:
        """Secrets' files say what the Secrets say now, as a kubelet sees to within about a minute."""
        for volume in self._spec.get("volumes", []):
            if "secret" in volume:
                values = self._values(volume["secret"])
                for item in volume["secret"].get("items", ()):
                    path = self._folder / "volumes" / volume["name"] / item["path"]
                    if path.exists() and path.read_bytes() != values[item["key"]]:
                        path.write_bytes(values[item["key"]])

    def _values(self, source: Object) -> dict[str, bytes]:
        if source.get("optional"):
            return {}  # no test makes one
        secret = self._named("secrets", source["secretName"])
        return {name: base64.b64decode(value) for name, value in secret.get("data", {}).items()}

    def _write(self, folder: Path, source: Object, values: dict[str, bytes], address: str) -> None:
        items = source.get("items") or [{"key": name, "path": name} for name in values]
        for item in items:
            path = folder / item["path"]
            path.parent.mkdir(parents=True, exist_ok=True)
            content = values[item["key"]]
            if path.suffix == ".sh":  # pods of one machine share its loopback: a pod's own is its address
                content = content.replace(b"127.0.0.1", address.encode())
            path.touch(mode=0o600)
            path.write_bytes(content)
            path.chmod(source.get("defaultMode", 0o644))

    def _named(self, kind: str, name: str) -> Object:
        return self._api.get(f"/api/v1/namespaces/{self._namespace}/{kind}/{name}")

    def _referred(self, source: dict[str, Any]) -> str:
        if "configMapKeyRef" in source:
            reference = source["configMapKeyRef"]
            return self._text(self._named("configmaps", reference["name"]))[reference["key"]]
        reference = source["secretKeyRef"]
        secret = self._named("secrets", reference["name"])
        return base64.b64decode(secret["data"][reference["key"]]).decode()

    @staticmethod
    def _text(config_map: Object) -> dict[str, str]:
        found: dict[str, str] = config_map.get("data", {})
        return found


def _give(folder: Path, user: str) -> None:
    folder.chmod(_EVERYBODY)
    if user:
        owner = pwd.getpwnam(user)
        for path in (folder, *folder.rglob("*")):
            os.chown(path, owner.pw_uid, owner.pw_gid)
