package io.fovea.network.execution;

import io.fovea.kernel.op.CacheLines;
import io.fovea.layer.BatchNorm2d;
import io.fovea.layer.Dropout;
import io.fovea.layer.Dropout2d;
import io.fovea.layer.Flatten;
import io.fovea.layer.Layer;
import io.fovea.layer.Relu;
import io.fovea.network.Graph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * The buffer of each value of an inference pass. Values that are not needed at the same time share
 * one: the largest values get theirs first, each the smallest buffer that is free while it is
 * needed. So a chain of any length needs two buffers, the input of a layer is still in the cache,
 * and small values that are needed long occupy no large buffer (DenseNet-121: 9 MB an image, where
 * buffers given in the order of the nodes took 33).
 *
 * <p>Some layers pass their input's memory on: flatten, dropout at inference, the nodes of a {@link
 * FusionGroup} behind its head. Convolutions that write into a concatenated map share one buffer. A
 * ReLU or batch normalisation that is the last reader of its input overwrites it. A user-defined
 * layer may do either, so its value is assumed to be in its own buffer and in those of all its
 * inputs.
 */
final class BufferPlan {
  private final int[] buffers;
  private final int[] sizes; // of what each node writes to its buffer, for one image
  private final int[] capacities;
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
    int[] first = new int[inputs.length]; // when each node's buffer is written first
    List<Integer> own = new ArrayList<>(); // the nodes that write to a buffer of their own
    for (int k = 0; k < inputs.length; k++) {
      FusionGroup group = plan.group(k, true);
      int target = group.concat == Plan.NONE ? k : group.concat;
      sizes[k] = graph.shape(nodes.get(target).name()).elements();
      first[k] = k == group.pooling ? group.head : k;
      lastUse[k] = Math.max(k, lastUse[k]);
      if (owners.get(k).get(k)) {
        own.add(k);
      }
    }
    own.sort(Comparator.comparingInt(k -> -sizes[k]));
    List<List<Integer>> holders = new ArrayList<>(); // the nodes of each buffer, the largest first
    for (int k : own) {
      buffers[k] = choose(k, holders, first, lastUse);
      holders.get(buffers[k]).add(k);
    }
    for (int k = 0; k < inputs.length; k++) {
      if (!owners.get(k).get(k)) {
        buffers[k] = owners.get(k).isEmpty() ? -1 : buffers[owners.get(k).nextSetBit(0)];
      }
    }
    this.capacities = new int[inputs.length];
    for (int k = 0; k < inputs.length; k++) {
      capacities[k] = capacity(k, plan);
    }
    this.count = holders.size();
    this.elements = holders.stream().mapToLong(nodes -> sizes[nodes.getFirst()]).sum();
  }

  /** The largest of the values in the buffer of node k, but maps that may be pooled at once. */
  private int capacity(int k, Plan plan) {
    int most = 0;
    for (int m = 0; m < buffers.length; m++) {
      boolean isSide = m < plan.cut() == k < plan.cut(); // else they are of other numbers of images
      FusionGroup group = plan.group(m, true);
      boolean isStored = group.pooling == Plan.NONE || m >= group.pooling;
      if (buffers[m] == buffers[k] && isSide && isStored) {
        most = Math.max(most, sizes[m]);
      }
    }
    return most;
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

  /**
   * Whether node k, a ReLU or batch normalisation, may overwrite its input: no later node reads it.
   */
  private boolean overwrites(int k) {
    int before = inputs[k].length == 1 ? inputs[k][0] - 1 : -1;
    Layer layer = nodes.get(k).layer();
    if (!(layer instanceof Relu || layer instanceof BatchNorm2d) || before < 0) {
      return false;
    }
    BitSet read = owners.get(before);
    if (read.cardinality() != 1) {
      return false; // the network's input, or the output of a user-defined layer
    }
    // Another value in this memory, such as a flattened one, may be read later.
    for (int m = 0; m < k; m++) {
      if (owners.get(m).intersects(read) && lastReader[m] > k) {
        return false;
      }
    }
    return true;
  }

  /** The smallest buffer that no other node uses while node k does; else a new one. */
  private static int choose(int k, List<List<Integer>> holders, int[] first, int[] lastUse) {
    // From the smallest: the first node of a buffer is its largest, as nodes come by size.
    for (int buffer = holders.size() - 1; buffer >= 0; buffer--) {
      boolean isFree =
          holders.get(buffer).stream()
              .allMatch(m -> lastUse[m] < first[k] || lastUse[k] < first[m]);
      if (isFree) {
        return buffer;
      }
    }
    holders.add(new ArrayList<>());
    return holders.size() - 1;
  }

  /** The number of the buffer of node k's output; negative where it has none. */
  int of(int k) {
    return buffers[k];
  }

  /** The floats for one image that the buffer has from node k on, so that it need not grow. */
  int capacity(int k) {
    return capacities[k];
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
