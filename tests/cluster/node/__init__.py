"""The node's side of the cluster: a kubelet that runs pods as real processes of this machine."""
