package io.fovea.network.execution;

import io.fovea.layer.Concat;
import io.fovea.layer.Conv2d;
import io.fovea.network.Graph;
import java.util.Arrays;
import java.util.List;

/**
 * Concatenations of convolutions that nobody else reads, with their ReLUs or without. In an
 * inference pass each convolution writes its channels into the concatenated map, and the
 * concatenation itself is elided. The map lies where the first of the convolutions would have its
 * own output.
 */
final class ConcatElision {
  private final int[] concats; // of each convolution
  private final int[] channels; // of the concatenated map, where a convolution's begin
  private final int[] firsts; // the first convolution of each concatenation

  ConcatElision(List<Graph.Node> nodes, Plan plan, int[] readers) {
    this.concats = new int[nodes.size()];
    this.channels = new int[nodes.size()];
    this.firsts = new int[nodes.size()];
    Arrays.fill(concats, Plan.NONE);
    Arrays.fill(firsts, Plan.NONE);
    for (int k = 0; k < concats.length; k++) {
      if (nodes.get(k).layer() instanceof Concat) {
        elide(nodes, plan, readers, k);
      }
    }
  }

  private void elide(List<Graph.Node> nodes, Plan plan, int[] readers, int concat) {
    int[] places = plan.inputs(concat);
    int[] sources = new int[places.length];
    int[] begins = new int[places.length];
    int channel = 0;
    for (int i = 0; i < places.length; i++) {
      int source = places[i] - 1;
      if (source >= 0 && plan.isAbsorbed(source)) {
        source = plan.inputs(source)[0] - 1;
      }
      if (readers[places[i]] != 1
          || source < 0
          || !(nodes.get(source).layer() instanceof Conv2d conv)) {
        return;
      }
      sources[i] = source;
      begins[i] = channel;
      channel += conv.filters();
    }
    firsts[concat] = Arrays.stream(sources).min().getAsInt();
    for (int i = 0; i < sources.length; i++) {
      concats[sources[i]] = concat;
      channels[sources[i]] = begins[i];
    }
  }

  /** The concatenation into whose map convolution k writes, or {@link Plan#NONE}. */
  int of(int k) {
    return concats[k];
  }

  /** The node whose value node k writes to, or a part of it: its concatenation, or k itself. */
  int target(int k) {
    return concats[k] == Plan.NONE ? k : concats[k];
  }

  /** The channel of that map at which its filters begin. */
  int channel(int k) {
    return channels[k];
  }

  /** The first convolution of concatenation k, or {@link Plan#NONE} where it is not elided. */
  int first(int k) {
    return firsts[k];
  }
}
