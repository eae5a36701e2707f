package io.fovea.network.execution;

import java.util.ArrayList;
import java.util.List;

/**
 * Nodes that one pass over memory computes: a head, and behind it in this order what its epilogue
 * does. {@link RewriteRules} makes them.
 */
final class FusionGroup {
  /** The node whose layer computes the group. */
  final int head;

  /** The value that is added, as {@link Plan#inputs} counts them, and the sum that adds it. */
  int residual = Plan.NONE;

  int add = Plan.NONE;
  int activation = Plan.NONE;
  int pooling = Plan.NONE;

  /** The concatenation whose map the head writes to, from a channel on. */
  int concat = Plan.NONE;

  int channel;

  /** The head of the first group that writes to the same map. */
  int first = Plan.NONE;

  FusionGroup(int head) {
    this.head = head;
  }

  /** All nodes, from the head on. */
  List<Integer> nodes() {
    List<Integer> nodes = new ArrayList<>();
    for (int node : new int[] {head, add, activation, pooling, concat}) {
      if (node != Plan.NONE) {
        nodes.add(node);
      }
    }
    return nodes;
  }

  /** Whether there is more than the head. */
  boolean isFused() {
    return add != Plan.NONE
        || activation != Plan.NONE
        || pooling != Plan.NONE
        || concat != Plan.NONE;
  }
}
