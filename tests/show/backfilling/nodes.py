"""A Ray cluster of two nodes of one core each, beside a head of none; it ends with its stdin.

A process of its own: Ray reads what protects a cluster from strangers once, when it is loaded.
"""

import sys

from ray.cluster_utils import Cluster


def main() -> None:
    cluster = Cluster()
    try:
        cluster.add_node(num_cpus=0, include_dashboard=False)
        for _ in range(2):
            cluster.add_node(num_cpus=1)
        cluster.wait_for_nodes()
        print(cluster.address, flush=True)
        sys.stdin.read()
    finally:
        cluster.shutdown()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
