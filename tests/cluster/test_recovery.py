"""What the runbook restores: a backup into a new database, a damaged file of Redis, and Redis emptied."""

from __future__ import annotations

from tests.cluster import Cluster
from tests.cluster.waiting import until

APPS = {"discord-gateway": 2, "discord-audio": 2, "discord-api": 2}
ALL = {**APPS, "discord-worker": 1, "discord-beat": 1}
FIX = "kubectl exec redis-0 -n discord-bot -- redis-check-aof --fix /data/appendonly.aof"


def test_a_backup_takes_the_place_of_the_database(cluster: Cluster) -> None:
    _sql(cluster, "INSERT INTO subscriptions (\"guildId\") VALUES ('4711')")
    dump = "kubectl exec postgres-0 -n discord-bot -- pg_dump -U postgres discord > backup-$(date +%Y%m%d).sql"
    cluster.run(dump).check()
    for name in ALL:
        cluster.run(f"kubectl scale deployment {name} --replicas=0 -n discord-bot").check()
    for name in ALL:
        until(lambda app=name: cluster.pods(app) == [])  # type: ignore[misc] # bound now
    psql = "kubectl exec -it postgres-0 -n discord-bot -- psql -U postgres -c"
    until(lambda: cluster.run(f'{psql} "DROP DATABASE discord;"').rc == 0)
    cluster.run(f'{psql} "CREATE DATABASE discord;"').check()
    cluster.run(
        "kubectl exec -i postgres-0 -n discord-bot -- psql -U postgres discord < backup-$(date +%Y%m%d).sql"
    ).check()
    for name, count in ALL.items():
        cluster.run(f"kubectl scale deployment {name} --replicas={count} -n discord-bot").check()
    cluster.wait_rolled_out()
    assert _sql(cluster, "SELECT tier FROM subscriptions WHERE \"guildId\" = '4711'") == "FREE"


def test_what_the_nightly_backup_wrote_can_be_restored(cluster: Cluster) -> None:
    cluster.run("kubectl create job backup-now --from=cronjob/postgres-backup").check()
    cluster.run("kubectl wait --for=condition=complete job/backup-now --timeout=150s").check()
    cluster.run("kubectl create -f k8s/restore.yaml").check()
    cluster.run("kubectl wait --for=condition=complete job/postgres-restore --timeout=150s").check()
    said = cluster.run("kubectl logs -n discord-bot -l job-name=postgres-restore").check().stdout
    assert "check done, 8 slots" in said
    assert _sql(cluster, "SELECT count(*) FROM backups") == "1"
    cluster.run("kubectl delete job backup-now postgres-restore").check()


def test_the_nightly_backup_takes_the_place_of_a_database_that_is_lost(cluster: Cluster) -> None:
    _sql(cluster, "INSERT INTO subscriptions (\"guildId\") VALUES ('4712')")
    cluster.run("kubectl create job backup-now --from=cronjob/postgres-backup").check()
    cluster.run("kubectl wait --for=condition=complete job/backup-now --timeout=150s").check()
    cluster.run(f"kubectl scale deployment {' '.join(ALL)} --replicas=0 -n discord-bot").check()
    gone = f"kubectl wait --for=delete pod -l 'app in ({', '.join(ALL)})' -n discord-bot --timeout=150s"
    cluster.run(gone).check()
    for statement in ("DROP DATABASE discord", "CREATE DATABASE discord"):
        cluster.run(f'kubectl exec postgres-0 -n discord-bot -- psql -U postgres -c "{statement};"').check()
    cluster.run("sed 's/args: \\[check\\]/args: [replace]/' k8s/restore.yaml | kubectl create -f -").check()
    cluster.run("kubectl wait --for=condition=complete job/postgres-restore --timeout=150s").check()
    for name, count in ALL.items():
        cluster.run(f"kubectl scale deployment {name} --replicas={count} -n discord-bot").check()
    cluster.wait_rolled_out()
    cluster.run("kubectl delete job backup-now postgres-restore").check()
    assert _sql(cluster, "SELECT tier FROM subscriptions WHERE \"guildId\" = '4712'") == "FREE"


def test_a_cut_file_of_redis_is_repaired(cluster: Cluster) -> None:
    cluster.run("kubectl exec redis-0 -- redis-cli SET whole 1").check()
    cluster.run("kubectl exec redis-0 -- sh -c 'printf cut >> /data/appendonly.aof.1.incr.aof'").check()
    cluster.run(FIX).check()
    cluster.run("kubectl delete pod redis-0 -n discord-bot").check()
    cluster.wait_rolled_out()
    assert cluster.run("kubectl exec redis-0 -- redis-cli GET whole").check().stdout.strip() == "1"


def test_an_emptied_redis_is_filled_again(cluster: Cluster) -> None:
    cluster.run("kubectl exec -it redis-0 -n discord-bot -- redis-cli FLUSHALL").check()
    slots = "kubectl exec redis-0 -- redis-cli --scan --pattern 'lease:slot:*' | wc -l"
    until(lambda: int(cluster.run(slots).check().stdout) == 8)
    cluster.wait_rolled_out()


def _sql(cluster: Cluster, statement: str) -> str:
    ask = "kubectl exec -i postgres-0 -n discord-bot -- psql -U postgres discord -At -v ON_ERROR_STOP=1"
    return cluster.run(ask, stdin=statement).check().stdout.strip()
