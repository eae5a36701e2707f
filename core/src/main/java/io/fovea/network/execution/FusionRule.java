package io.fovea.network.execution;

import io.fovea.layer.ActivationLayer;
import io.fovea.layer.Add;
import io.fovea.layer.BatchNorm2d;
import io.fovea.layer.Concat;
import io.fovea.layer.Conv2d;
import io.fovea.layer.Layer;
import io.fovea.layer.MaxPool2d;
import io.fovea.layer.Relu;
import io.fovea.network.Graph;
import io.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The rules of fusion: which nodes are computed inside the layer before them, to the same bits and
 * with fewer passes over memory. A rule looks at one node and adds it to the {@link FusionGroup}
 * that computes its input, if no other node reads that input:
 *
 * <pre>
 * rule        head                          adds                 training         inference
 * RESIDUAL    conv2d                        add of two           -                yes
 *             batch_norm2d                  add of two           yes              yes
 * ACTIVATION  batch_norm2d                  activation           yes              yes
 *             batch_norm2d with add         activation           relu             yes
 *             conv2d, add                   activation           conv2d's relu    yes
 * POOLING     conv2d with relu              max_pool2d           yes              right behind
 * CONCAT      conv2d                        concat of such       -                yes
 * </pre>
 *
 * The backward pass of training needs the input of an activation; only for a ReLU the output is
 * enough. A batch normalisation computes that input again, unless a residual was added to it. Rules
 * are applied in this order, each to all nodes from first to last.
 */
enum FusionRule {
  /** A layer adds the other input of a sum, if that is computed before it. */
  RESIDUAL {
    @Override
    void apply(Draft draft, int k) {
      if (!(draft.layer(k) instanceof Add) || draft.inputs[k].length != 2) {
        return;
      }
      int later = Math.max(draft.inputs[k][0], draft.inputs[k][1]);
      int earlier = Math.min(draft.inputs[k][0], draft.inputs[k][1]);
      FusionGroup group = draft.groupBefore(later);
      if (group == null || group.isFused()) {
        return;
      }
      boolean convolves = draft.inference && draft.isConvolution(group);
      if (!convolves && !(draft.layer(group.head) instanceof BatchNorm2d)) {
        return;
      }
      if (earlier <= group.head && draft.shape(earlier).equals(draft.shape(later))) {
        group.residual = earlier;
        group.add = k;
        draft.groups[k] = group;
      }
    }
  },

  /** A layer applies the activation behind it. */
  ACTIVATION {
    @Override
    void apply(Draft draft, int k) {
      if (!(draft.layer(k) instanceof ActivationLayer)) {
        return;
      }
      FusionGroup group = draft.groupBefore(draft.inputs[k][0]);
      if (group == null || group.activation != Plan.NONE) {
        return;
      }
      boolean convolves = draft.isConvolution(group);
      boolean normalises = draft.layer(group.head) instanceof BatchNorm2d;
      boolean adds = draft.layer(group.head) instanceof Add;
      if (draft.inference
          ? convolves || normalises || adds
          : (normalises && group.add == Plan.NONE)
              || ((convolves || normalises) && draft.layer(k) instanceof Relu)) {
        group.activation = k;
        draft.groups[k] = group;
      }
    }
  },

  /** A convolution computes a max pooling behind it while parts of its map are in a cache. */
  POOLING {
    @Override
    void apply(Draft draft, int k) {
      FusionGroup group =
          draft.layer(k) instanceof MaxPool2d ? draft.groupBefore(draft.inputs[k][0]) : null;
      if (group == null || group.activation == Plan.NONE || group.add != Plan.NONE) {
        return;
      }
      // The input of the convolution is kept until its pooling: at inference that must not be long.
      boolean near = !draft.inference || k == group.head + 2;
      if (near && draft.isConvolution(group) && draft.layer(group.activation) instanceof Relu) {
        group.pooling = k;
        draft.groups[k] = group;
      }
    }
  },

  /** Convolutions write their channels into a concatenated map. */
  CONCAT {
    @Override
    void apply(Draft draft, int k) {
      if (!draft.inference || !(draft.layer(k) instanceof Concat)) {
        return;
      }
      List<FusionGroup> sources =
          Arrays.stream(draft.inputs[k]).mapToObj(draft::groupBefore).toList();
      for (FusionGroup source : sources) {
        if (source == null || source.pooling != Plan.NONE || !draft.isConvolution(source)) {
          return;
        }
      }
      int first = sources.stream().mapToInt(source -> source.head).min().orElseThrow();
      int channel = 0;
      for (FusionGroup source : sources) {
        source.concat = k;
        source.channel = channel;
        source.first = first;
        channel += ((Conv2d) draft.layer(source.head)).filters();
      }
      draft.groups[k] = draft.groups[first];
    }
  };

  abstract void apply(Draft draft, int k);

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Draft(
      Graph graph, int[][] inputs, int[] readers, boolean inference, FusionGroup[] groups) {
    private Layer layer(int k) {
      return graph.nodes().get(k).layer();
    }

    private boolean isConvolution(FusionGroup group) {
      return layer(group.head) instanceof Conv2d;
    }

    private Shape shape(int value) {
      return value == 0 ? graph.input() : graph.shape(graph.nodes().get(value - 1).name());
    }

    /** The group that computes this value, if it has one reader; null otherwise. */
    private @Nullable FusionGroup groupBefore(int value) {
      return value == 0 || readers[value] != 1 ? null : groups[value - 1];
    }
  }

  /**
   * The group of each node.
   *
   * @param inputs as {@link Plan#inputs}
   * @param readers how many nodes read each value
   * @param inference for inference instead of training
   */
  static FusionGroup[] groups(Graph graph, int[][] inputs, int[] readers, boolean inference) {
    FusionGroup[] groups = new FusionGroup[inputs.length];
    Arrays.setAll(groups, FusionGroup::new);
    Draft draft = new Draft(graph, inputs, readers, inference, groups);
    for (FusionRule rule : values()) {
      for (int k = 0; k < inputs.length; k++) {
        rule.apply(draft, k);
      }
    }
    return draft.groups;
  }
}
