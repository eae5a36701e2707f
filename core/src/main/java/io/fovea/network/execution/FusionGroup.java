package io.fovea.network.execution;

import java.util.ArrayList;
import java.util.List;

/**
 * Nodes that are computed in one pass over memory: a head, followed by the nodes of its epilogue in
 * this order. {@link FusionRule} makes the groups.
 */
final class FusionGroup {
  /** The node whose layer computes the group. */
  final int head;

  /** The value of the residual, numbered as in {@link Plan#inputs}, and the node that adds it. */
  int residual = Plan.NONE;

  int add = Plan.NONE;
  int activation = Plan.NONE;
  int pooling = Plan.NONE;

  /** The concatenation whose map the head writes to, and its first channel there. */
  int concat = Plan.NONE;

  int channel;

  /** The head of the first group that writes to the same map. */
  int first = Plan.NONE;

  FusionGroup(int head) {
    this.head = head;
  }

  List<Integer> nodes() {
    List<Integer> nodes = new ArrayList<>();
    for (int node : new int[] {head, add, activation, pooling, concat}) {
      if (node != Plan.NONE) {
        nodes.add(node);
      }
    }
    return nodes;
  }

  boolean isFused() {
    return add != Plan.NONE
        || activation != Plan.NONE
        || pooling != Plan.NONE
        || concat != Plan.NONE;
  }
}
