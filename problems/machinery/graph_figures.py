"""Figures of spectral clustering, drawn from recorded experiments."""

import numpy as np

MARKERS = "osv^"  # told apart without colours


def paint_clusters(axes, found, name):
    """The points of the recorded run, by the cluster found at a stage."""
    shown, labels = np.array(found["shown"]), np.array(found["clusters"][name])
    for cluster, marker in enumerate(MARKERS[:3]):
        axes.plot(*shown[:, labels == cluster], marker, markersize=3, label=f"cluster {cluster + 1}")
    axes.set(aspect="equal", title=f"adjusted Rand index {found['ARI'][name]:.2f}")
    axes.legend()


def paint_index_by_size(axes, found, stages):
    """The index at each of four stages, over the sizes of the samples."""
    for name, marker in zip(stages, MARKERS, strict=True):
        axes.plot(found["sizes"], found[name], f"{marker}-", label=name)
    axes.set(xscale="log", ylim=(0, 1.05), xlabel="points", ylabel="adjusted Rand index")
    axes.set_xticks(found["sizes"], [str(size) for size in found["sizes"]])
    axes.minorticks_off()  # the logarithmic axis would add ticks between the sizes
    axes.legend(loc="lower right")
