"""Who does what, at the best total, and what every other choice would cost; arrays only.

The problem is a flow: from workers (each with a capacity) over pairs (each used once or not) to
works (each with a need). Such a problem has whole-numbered optima, and the cost of forcing one
pair is the length of a shortest path in the graph of possible changes.
Source: Ahuja, Magnanti and Orlin (1993), Network Flows, chapters 9 and 12.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from fourfits import errors

Array = np.ndarray[Any, Any]


def most(allowed: Array, capacity: Array, need: Array) -> tuple[int, Array]:
    """How many places can be filled, and which works stand in the way of more.

    Args:
        allowed: True where the worker may do the work, shape (workers, works).
        capacity: Works that each worker can take.
        need: Workers that each work needs.

    Returns:
        The number of places; True for the works that together ask for more than they can get.

    >>> most(np.array([[True, True], [False, False]]), np.array([1, 1]), np.array([1, 1]))
    (1, array([ True,  True]))
    """
    from scipy.sparse import csgraph, csr_array

    n, m = allowed.shape
    source, sink = n + m, n + m + 1
    graph = np.zeros((n + m + 2, n + m + 2), np.int32)
    graph[source, n : n + m] = need
    graph[n : n + m, :n] = allowed.T
    graph[:n, sink] = capacity
    flow = csgraph.maximum_flow(csr_array(graph), source, sink)
    left = graph - flow.flow.toarray()
    seen = np.zeros(n + m + 2, bool)
    seen[csgraph.breadth_first_order(csr_array((left > 0).astype(np.int8)), source)[0]] = True
    return int(flow.flow_value), seen[n : n + m]


def solve(cost: Array, capacity: Array, need: Array, places: int) -> Array:
    """The cheapest plan that fills so many places; True where the worker does the work.

    Args:
        cost: Cost of each pair, `inf` where it is forbidden, shape (workers, works).
        capacity: Works that each worker can take.
        need: Workers that each work needs.
        places: Places to fill; at most what `most` says.

    >>> solve(np.array([[4.0, 1.0], [2.0, 3.0]]), np.array([1, 1]), np.array([1, 1]), 2)
    array([[False,  True],
           [ True, False]])
    """
    if places == 0:
        return np.zeros(cost.shape, bool)
    whole = min(capacity.sum(), need.sum()) == places
    if whole and (need == 1).all():
        return _matched(cost, capacity, 0)
    if whole and (capacity == 1).all():
        return _matched(cost, need, 1)
    return _flow(cost, capacity, need, places)


def regrets(cost: Array, chosen: Array, capacity: Array, need: Array) -> Array:
    """What each pair costs against the optimum when it is decided the other way.

    A pair outside the plan is forced in, a pair inside it is ruled out, and all else is planned
    anew. `inf` where no plan with as many places is left.

    Raises:
        ConvergenceError: If `chosen` is not the optimum.

    >>> regrets(np.array([[4.0, 1.0], [2.0, 3.0]]), np.array([[False, True], [True, False]]),
    ...         np.array([1, 1]), np.array([1, 1]))
    array([[4., 4.],
           [4., 4.]])
    """
    from scipy.sparse import csgraph

    n, m = cost.shape
    change = _changes(cost, chosen, capacity, need)
    level = _levels(change)
    reduced = np.maximum(change + level[:, None] - level[None, :], 0)
    paths = csgraph.floyd_warshall(csgraph.csgraph_from_dense(reduced, null_value=np.inf))
    paths = paths - level[:, None] + level[None, :]
    with np.errstate(invalid="ignore"):
        forced = cost + paths[n : n + m, :n].T
        ruled_out = paths[:n, n : n + m] - cost
    regret = np.where(chosen, ruled_out, forced)
    return np.where(np.isfinite(regret), np.maximum(regret, 0), np.inf)


def _matched(cost: Array, copies: Array, axis: int) -> Array:
    """One side repeated as often as it can be used: a plain assignment."""
    from scipy.optimize import linear_sum_assignment

    spread = np.repeat(np.arange(cost.shape[axis]), copies)
    rows, columns = linear_sum_assignment(np.take(cost, spread, axis=axis))
    chosen = np.zeros(cost.shape, bool)
    if axis == 0:
        chosen[spread[rows], columns] = True
    else:
        chosen[rows, spread[columns]] = True
    return chosen


def _flow(cost: Array, capacity: Array, need: Array, places: int) -> Array:
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    n, m = cost.shape
    worker, work = np.nonzero(np.isfinite(cost))
    pairs = np.arange(len(worker))
    ones = np.ones(len(worker), np.int64)
    found = milp(
        cost[worker, work],
        integrality=ones,
        bounds=Bounds(0, 1),
        constraints=[
            LinearConstraint(csr_array((ones, (worker, pairs)), (n, len(pairs))), 0, capacity),
            LinearConstraint(csr_array((ones, (work, pairs)), (m, len(pairs))), 0, need),
            LinearConstraint(ones[None, :], places, places),
        ],
        options={"mip_rel_gap": 0.0},
    )
    if found.x is None:
        raise errors.ConvergenceError(
            f"The solver found no plan: {found.message}.", hint="check for extremely large values"
        )
    chosen = np.zeros(cost.shape, bool)
    chosen[worker, work] = found.x > 0.5
    return chosen


def _changes(cost: Array, chosen: Array, capacity: Array, need: Array) -> Array:
    """Cost of every single change to the plan, from node to node.

    Nodes are workers, works, then the two ends of the flow, which take part where a worker or a
    work is neither empty nor full.
    """
    n, m = cost.shape
    give, take = n + m, n + m + 1
    change = np.full((n + m + 2, n + m + 2), np.inf)
    change[:n, n : n + m] = np.where(chosen, np.inf, cost)
    change[n : n + m, :n] = np.where(chosen, -cost, np.inf).T
    load, filled = chosen.sum(axis=1), chosen.sum(axis=0)
    change[give, :n] = np.where(load < capacity, 0, np.inf)
    change[:n, give] = np.where(load > 0, 0, np.inf)
    change[n : n + m, take] = np.where(filled < need, 0, np.inf)
    change[take, n : n + m] = np.where(filled > 0, 0, np.inf)
    return change


def _levels(change: Array) -> Array:
    """A level per node so that no change leads downhill; there is one only at the optimum."""
    finite = np.abs(change[np.isfinite(change)])
    tolerance = 1e-9 * (1 + finite.max(initial=0))
    level = np.zeros(len(change))
    for _ in range(len(change) + 1):
        lower: Array = np.minimum(level, (level[:, None] + change).min(axis=0))
        if (level - lower).max() <= tolerance:
            return lower
        level = lower
    raise errors.ConvergenceError(
        "The plan is not the best one: a change would improve it.",
        hint="check for extremely large values",
    )
