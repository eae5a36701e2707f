package io.fovea.format.onnx.lower;

import io.fovea.format.onnx.lower.Value.Computed;
import io.fovea.layer.ChannelShuffle;
import io.fovea.layer.Conv2d;
import io.fovea.layer.Dense;
import io.fovea.layer.Flatten;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Window;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The state of one lowering: the graph that is being built, and the known facts of each value.
 *
 * @param batches two numbers of images; sizes that depend on them are the batch
 * @param read the names of the values that are read
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record LoweringState(
    LayerGraphBuilder builder,
    int opset,
    int[] batches,
    Set<String> read,
    Map<String, Value> values,
    Map<Integer, Integer> rows,
    Map<Integer, Integer> lifted,
    Map<String, Integer> shuffled) {
  LoweringState(LayerGraphBuilder builder, int opset, int[] batches, Set<String> read) {
    this(
        builder,
        opset,
        batches,
        read,
        new HashMap<>(),
        new HashMap<>(),
        new HashMap<>(),
        new HashMap<>());
  }

  /** True if a node or the graph's output reads a value. */
  boolean isRead(String value) {
    return read.contains(value);
  }

  /** A value as maps N,C,H,W; a channel shuffle in the view becomes a layer. */
  int maps(Computed x, String preferredName) {
    Shape shape = builder.shape(x.nodeId());
    if (shape.rank() == 1 && x.axes().equals(Axes.of(Shape.of(shape.elements(), 1, 1)))) {
      return lifted(x.nodeId());
    }
    if (shape.rank() == 3 && x.axes().equals(Axes.of(shape))) {
      return x.nodeId();
    }
    int groups = shape.rank() == 3 ? shuffleGroups(x.axes(), shape) : 0;
    if (groups == 0) {
      throw new IllegalArgumentException("expects maps as N,C,H,W, got " + x.axes());
    }
    return shuffled.computeIfAbsent(
        x.nodeId() + " " + groups,
        key -> builder.add(preferredName, new ChannelShuffle(groups), x.nodeId()));
  }

  /** The groups of a shuffle that brings axes to N,C,H,W, or 0. */
  private static int shuffleGroups(Axes axes, Shape shape) {
    if (axes.rank() != 4 || axes.axes().get(1).size() != 2) {
      return 0;
    }
    Factor within = axes.axes().get(1).getFirst();
    Factor groups = axes.axes().get(1).getLast();
    boolean swapped =
        within.origin() == Factor.Origin.CHANNEL
            && groups.origin() == Factor.Origin.CHANNEL
            && within.stride() == 1
            && groups.stride() == within.size()
            && groups.size() * within.size() == shape.size(0);
    boolean elsewhereInOrder =
        axes.with(1, Axes.whole(Factor.Origin.CHANNEL, shape.size(0))).equals(Axes.of(shape));
    return swapped && elsewhereInOrder ? groups.size() : 0;
  }

  /** A node's output as one row of features, in logical order. */
  int row(int nodeId, String preferredName) {
    if (builder.shape(nodeId).rank() == 1) {
      return nodeId;
    }
    return rows.computeIfAbsent(nodeId, key -> builder.add(preferredName, new Flatten(), nodeId));
  }

  /**
   * A row of features as maps of one pixel. Core has no layer that makes maps from a row, so the
   * layers that computed the row are repeated on maps, back to the flatten; a dense layer becomes a
   * 1x1 convolution.
   */
  private int lifted(int nodeId) {
    Integer known = lifted.get(nodeId);
    if (known != null) {
      return known;
    }
    if (nodeId == LayerGraphBuilder.INPUT) {
      throw new IllegalArgumentException(
          "expects maps, got the input's row of features, which core cannot make maps of");
    }
    LayerGraphBuilder.PendingLayer entry = builder.entry(nodeId);
    int made;
    if (entry.layer() instanceof Flatten) {
      Shape maps = builder.shape(entry.input());
      if (maps.rank() == 3 && maps.size(1) * maps.size(2) != 1) {
        throw new IllegalArgumentException(
            "expects maps of one pixel, got a row flattened from " + maps);
      }
      made = entry.input();
    } else if (entry.layer() instanceof Dense dense) {
      Map<String, float[]> weights = new LinkedHashMap<>(entry.weights());
      Conv2d conv = new Conv2d(dense.outputs(), Window.square(1, 1, 0, 1), 1, dense.bias());
      made = builder.add(entry.preferredName(), conv, List.of(pixel(entry.input())), weights);
    } else {
      List<Integer> inputs = entry.inputs().stream().map(this::lifted).toList();
      made = builder.add(entry.preferredName(), entry.layer(), inputs, entry.weights());
    }
    lifted.put(nodeId, made);
    return made;
  }

  private int pixel(int row) {
    return builder.shape(row).rank() == 3 ? row : lifted(row);
  }

  static Window whole(Shape maps) {
    int height = maps.size(1);
    int width = maps.size(2);
    return new Window(height, width, height, width, 0, 0, 0, 0, 1, 1);
  }
}
