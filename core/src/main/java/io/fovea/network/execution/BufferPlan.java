package io.fovea.network.execution;

import io.fovea.kernel.op.CacheLines;
import io.fovea.layer.Dropout;
import io.fovea.layer.Dropout2d;
import io.fovea.layer.Flatten;
import io.fovea.layer.Layer;
import io.fovea.layer.Relu;
import io.fovea.network.Graph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * The buffer of each value of an inference pass. When all its readers have read a value, its buffer
 * is reused for a later node. So a chain of any length needs two buffers, and the input of a layer
 * is still in the cache.
 *
 * <p>Some layers pass their input's memory on: flatten, dropout at inference, the nodes of a {@link
 * FusionGroup} behind its head. Convolutions that write into a concatenated map share one buffer. A
 * ReLU that is the last reader of its input overwrites it. A user-defined layer may do either, so
 * its value is assumed to be in its own buffer and in those of all its inputs.
 */
final class BufferPlan {
  private final int[] buffers;
  private final int[] sizes; // of what each node writes to its buffer, for one image
  private final int count;
  private final long elements;

  private final List<Graph.Node> nodes;
  private final int[][] inputs;
  private final int[] lastReader; // of each node's value; nodes.size() for the network's output
  private final List<BitSet> owners = new ArrayList<>(); // the nodes whose buffers hold a value

  BufferPlan(Graph graph, Plan plan) {
    this.nodes = graph.nodes();
    this.inputs = new int[nodes.size()][];
    this.lastReader = new int[nodes.size()];
    for (int k = 0; k < inputs.length; k++) {
      inputs[k] = plan.inputs(k);
      for (int input : inputs[k]) {
        if (input > 0) {
          lastReader[input - 1] = k;
        }
      }
    }
    lastReader[inputs.length - 1] = inputs.length;
    for (int k = 0; k < inputs.length; k++) {
      owners.add(ownersOf(k, plan));
    }
    int[] lastUse = new int[inputs.length];
    for (int k = 0; k < inputs.length; k++) {
      int reader = lastReader[k];
      boolean inside = reader < inputs.length;
      int pooling = inside ? plan.group(reader, true).pooling : Plan.NONE;
      int end = pooling == Plan.NONE ? reader : pooling;
      owners.get(k).stream().forEach(owner -> lastUse[owner] = Math.max(lastUse[owner], end));
    }
    this.buffers = new int[inputs.length];
    this.sizes = new int[inputs.length];
    List<Integer> largest = new ArrayList<>(); // of each buffer
    List<Integer> holders = new ArrayList<>(); // the node in each buffer
    for (int k = 0; k < inputs.length; k++) {
      int concat = plan.group(k, true).concat;
      int target = concat == Plan.NONE ? k : concat;
      sizes[k] = graph.shape(nodes.get(target).name()).elements();
      if (owners.get(k).get(k)) {
        buffers[k] = choose(k, sizes[k], largest, holders, lastUse);
      } else {
        buffers[k] = owners.get(k).isEmpty() ? -1 : buffers[owners.get(k).nextSetBit(0)];
      }
    }
    this.count = largest.size();
    this.elements = largest.stream().mapToLong(size -> size).sum();
  }

  private BitSet ownersOf(int k, Plan plan) {
    Layer layer = nodes.get(k).layer();
    BitSet own = new BitSet();
    FusionGroup group = plan.group(k, true);
    if (group.first != Plan.NONE) { // k writes to a concatenated map, or is one
      own.set(group.first);
      return own;
    }
    if (k == group.add || k == group.activation) {
      own.or(owners.get(group.head));
      return own;
    }
    boolean passesOn =
        layer instanceof Flatten || layer instanceof Dropout || layer instanceof Dropout2d;
    if (passesOn || overwrites(k) || layer instanceof Layer.Custom) {
      for (int input : inputs[k]) {
        if (input > 0) {
          own.or(owners.get(input - 1));
        }
      }
    }
    if (!passesOn && !overwrites(k)) {
      own.set(k);
    }
    return own;
  }

  /** Whether node k is a ReLU that may overwrite its input: no later node reads it. */
  private boolean overwrites(int k) {
    int before = inputs[k].length == 1 ? inputs[k][0] - 1 : -1;
    if (!(nodes.get(k).layer() instanceof Relu) || before < 0) {
      return false;
    }
    BitSet read = owners.get(before);
    if (read.cardinality() != 1) {
      return false; // the network's input, or the output of a user-defined layer
    }
    for (int m = 0; m < k; m++) {
      if (owners.get(m).intersects(read) && lastReader[m] > k) {
        return false;
      }
    }
    return true;
  }

  /**
   * Chooses the smallest free buffer that is large enough, else the largest free one, else a new
   * one.
   */
  private static int choose(
      int k, int size, List<Integer> sizes, List<Integer> holders, int[] lastUse) {
    int best = -1;
    for (int buffer = 0; buffer < sizes.size(); buffer++) {
      if (lastUse[holders.get(buffer)] >= k) {
        continue; // still to be read, by node k at least
      }
      boolean fits = sizes.get(buffer) >= size;
      boolean bestFits = best >= 0 && sizes.get(best) >= size;
      boolean closer = best < 0 || (fits == (sizes.get(buffer) < sizes.get(best)));
      if (fits == bestFits ? closer : fits) {
        best = buffer;
      }
    }
    if (best < 0) {
      sizes.add(size);
      holders.add(k);
      return sizes.size() - 1;
    }
    sizes.set(best, Math.max(size, sizes.get(best)));
    holders.set(best, k);
    return best;
  }

  /** The number of the buffer of node k's output; negative where it has none. */
  int of(int k) {
    return buffers[k];
  }

  /** The node whose buffer holds the value of node k; NONE where there are several or none. */
  int owner(int k) {
    BitSet own = owners.get(k);
    return own.cardinality() == 1 ? own.nextSetBit(0) : Plan.NONE;
  }

  int count() {
    return count;
  }

  /**
   * The floats of all buffers, for so many images of each node; none for a node whose value is not
   * stored.
   */
  long floats(IntUnaryOperator images) {
    long[] most = new long[count];
    for (int k = 0; k < buffers.length; k++) {
      if (buffers[k] >= 0) {
        long values = (long) images.applyAsInt(k) * sizes[k];
        long floats = values == 0 ? 0 : CacheLines.ALIGNED_START + values;
        most[buffers[k]] = Math.max(most[buffers[k]], floats);
      }
    }
    return Arrays.stream(most).sum();
  }

  /** The floats of all buffers, for one image. */
  long elements() {
    return elements;
  }
}
