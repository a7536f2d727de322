"""A Ray cluster of nodes of one core each (argument: how many, else 2), beside a head of none.

It ends with its stdin. A process of its own: Ray reads what protects a cluster from strangers once,
when it is loaded.
"""

import sys
from typing import Any

from ray.cluster_utils import Cluster


def main() -> None:
    cluster: Any = Cluster()
    try:
        cluster.add_node(num_cpus=0, include_dashboard=False)
        for _ in range(int(sys.argv[1]) if len(sys.argv) > 1 else 2):
            cluster.add_node(num_cpus=1)
        cluster.wait_for_nodes()
        print(cluster.address, flush=True)
        sys.stdin.read()
    finally:
        cluster.shutdown()


if __name__ == "__main__":
    main()
