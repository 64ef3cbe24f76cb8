"""`kubectl exec` reaches the real processes: their programs, files, environment and neighbours."""

from __future__ import annotations

import pytest

from tests.cluster import Cluster

GATEWAY = "kubectl exec deployment/discord-gateway -n discord-bot --"


def test_psql_is_at_the_real_database(cluster: Cluster) -> None:
    line = 'kubectl exec -it postgres-0 -n discord-bot -- psql -U postgres discord -Atc "SELECT count(*) FROM slots"'
    assert cluster.run(line).check().stdout.strip() == "8"


def test_a_terminal_works_as_well(cluster: Cluster) -> None:
    done = cluster.run("kubectl exec -it redis-0 -n discord-bot -- redis-cli ping", tty=True).check()
    assert "PONG" in done.stdout


def test_standard_input_is_read_to_its_end(cluster: Cluster) -> None:
    line = "kubectl exec -i postgres-0 -n discord-bot -- psql -U postgres discord -At"
    assert cluster.run(line, stdin="SELECT 40 + 2;\n").check().stdout.strip() == "42"


def test_the_code_of_a_command_is_told(cluster: Cluster) -> None:
    assert cluster.run(f"{GATEWAY} /bin/sh -c 'exit 3'").rc == 3


def test_the_environment_is_the_manifests(cluster: Cluster) -> None:
    told = cluster.run(f"{GATEWAY} env").check().stdout
    assert "DISCORD_TOKEN_FILE=/run/secrets/segue/DISCORD_TOKEN" in told
    assert "REDIS_URL=redis://redis:6379/0" in told
    assert "DISCORD_TOKEN=" not in told


@pytest.mark.parametrize(
    ("who", "where"),
    [("discord-api", "postgres 5432"), ("discord-gateway", "redis 6379"), ("discord-gateway", "discord.com 443")],
)
def test_neighbours_are_reached_by_name(cluster: Cluster, who: str, where: str) -> None:
    """Policies are not enforced here (tests/k8s/test_network.py decides who may); names and ports are real."""
    done = cluster.run(f"kubectl exec deployment/{who} -n discord-bot -- nc -zv {where}").check()
    assert "succeeded" in done.stdout + done.stderr


def test_the_config_of_lavalink_is_where_people_look(cluster: Cluster) -> None:
    pod = cluster.pods("lavalink")[0]
    shown = cluster.run(f"kubectl exec -it {pod} -n discord-bot -- cat /opt/Lavalink/application.yml").check().stdout
    assert "dev.lavalink.youtube" in shown
    assert 'password: "${LAVALINK_SERVER_PASSWORD}"' in shown


def test_a_secret_is_a_file_of_those_alone_who_need_it(cluster: Cluster) -> None:
    found = cluster.run(f"{GATEWAY} ls /run/secrets/segue").check().stdout.split()
    assert "DISCORD_TOKEN" in found
    assert not {"DATABASE_URL", "STRIPE_SECRET_KEY", "LAVALINK_PASSWORD"} & set(found)


def test_each_pod_has_a_name_of_its_own(cluster: Cluster) -> None:
    pods = cluster.pods("discord-gateway")
    assert [cluster.run(f"kubectl exec {pod} -- hostname").check().stdout.strip() for pod in pods] == pods


@pytest.mark.parametrize("tty", [True, False], ids=["terminal", "script"])
def test_temporary_keys_are_dropped_one_after_another(cluster: Cluster, tty: bool) -> None:
    cluster.run("kubectl exec redis-0 -- redis-cli MSET temp:a 1 temp:b 2 kept 3").check()
    cluster.run(
        "kubectl exec -it redis-0 -n discord-bot -- redis-cli --scan --pattern 'temp:?' | "
        "xargs kubectl exec -it redis-0 -n discord-bot -- redis-cli DEL",
        tty=tty,
    ).check()
    assert cluster.run("kubectl exec redis-0 -- redis-cli EXISTS temp:a temp:b kept").check().stdout.strip() == "1"
