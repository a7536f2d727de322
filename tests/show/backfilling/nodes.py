"""A Ray cluster of nodes of a core and a GPU each (argument: how many, else 2), beside a head of none.

The first node lends 4 GB of memory, each other one 2, which is enough for small models only.

Each node has a core of this machine for itself: ffmpeg and torch would take what another one has. The
GPUs are only said to be there. A line on stdin, `gone` or `again`, takes the last node away or brings
another one, and is said again when that is done. It ends with its stdin. A process of its own: Ray reads
what protects a cluster from strangers once, when it is loaded.
"""

import os
import sys
from typing import Any

from ray.cluster_utils import Cluster


def main() -> None:
    cluster: Any = Cluster()
    try:
        # Nobody asks for the logs, and who would send them takes 2 percent of a core.
        cluster.add_node(num_cpus=0, include_dashboard=False, include_log_monitor=False)
        nodes = [add(cluster, number) for number in range(int([*sys.argv, "2"][1]))]
        cluster.wait_for_nodes()
        print(cluster.address, flush=True)
        for line in sys.stdin:
            if line.strip() == "again":
                nodes.append(add(cluster, len(nodes)))
            else:
                cluster.remove_node(nodes.pop(), allow_graceful=False)
            print(line.strip(), flush=True)
    finally:
        cluster.shutdown()


def add(cluster: Any, number: int) -> Any:
    everything = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {sorted(everything)[number % len(everything)]})  # what it starts, too
    try:
        memory = 2_000_000_000 if number else 4_000_000_000
        return cluster.add_node(num_cpus=1, num_gpus=1, memory=memory)
    finally:
        os.sched_setaffinity(0, everything)


if __name__ == "__main__":
    main()
