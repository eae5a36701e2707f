package io.fovea.format.onnx.lower;

import io.fovea.format.onnx.lower.LayerGraphBuilder.PendingLayer;
import io.fovea.layer.AvgPool2d;
import io.fovea.layer.BatchNorm2d;
import io.fovea.layer.ChannelAffine;
import io.fovea.layer.Conv2d;
import io.fovea.layer.Dense;
import io.fovea.layer.Dropout;
import io.fovea.layer.Flatten;
import io.fovea.layer.GlobalAvgPool2d;
import io.fovea.layer.GlobalMaxPool2d;
import io.fovea.layer.GroupNorm;
import io.fovea.layer.HardSigmoid;
import io.fovea.layer.HardSwish;
import io.fovea.layer.Layer;
import io.fovea.layer.MaxPool2d;
import io.fovea.layer.Mish;
import io.fovea.layer.Multiply;
import io.fovea.layer.Sigmoid;
import io.fovea.layer.Silu;
import io.fovea.layer.Softplus;
import io.fovea.layer.Tanh;
import io.fovea.layer.ZeroPad2d;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Window;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Replaces several layers by one that computes the same. Always: combinations for which ONNX has no
 * single operator (a global pooling and its Flatten, x * sigmoid(x), a bias that is added, the
 * scale and shift of a normalisation). When optimising also: batch normalisations and scales are
 * folded into the convolution or dense layer before them, rims of zeros into the convolution behind
 * them, and dropout is removed.
 */
final class GraphOptimizer {
  private final LayerGraphBuilder builder;
  private final boolean optimising;
  private final Map<Integer, Integer> readers;
  private boolean changed;

  private GraphOptimizer(LayerGraphBuilder builder, int end, boolean optimising) {
    this.builder = builder;
    this.optimising = optimising;
    this.readers = builder.readers(end);
  }

  /**
   * Optimises a graph that is being built.
   *
   * @return where the network ends now
   */
  static int of(LayerGraphBuilder builder, int end, boolean optimising) {
    int last = optimising ? builder.bypass(entry -> entry.layer() instanceof Dropout, end) : end;
    boolean changed = true;
    // A merged layer may be merged once more, as a scale behind a folded norm.
    while (changed) {
      builder.dropUnused(last);
      GraphOptimizer pass = new GraphOptimizer(builder, last, optimising);
      pass.run();
      changed = pass.changed;
    }
    return last;
  }

  private void run() {
    // By ids: a list of layers would keep replaced weights until the end.
    for (int nodeId : builder.entries().stream().map(PendingLayer::nodeId).toList()) {
      PendingLayer entry = builder.entry(nodeId);
      if (product(entry)) {
        changed = true;
      } else if (entry.inputs().size() == 1 && isAlone(entry.input())) {
        changed |= merged(builder.entry(entry.input()), entry);
      }
    }
  }

  /** True if a node, other than the network's input, has a single reader. */
  private boolean isAlone(int nodeId) {
    return nodeId != LayerGraphBuilder.INPUT && readers.getOrDefault(nodeId, 0) == 1;
  }

  private boolean product(PendingLayer entry) {
    if (!(entry.layer() instanceof Multiply) || entry.inputs().size() != 2) {
      return false;
    }
    for (int side = 0; side < 2; side++) {
      int x = entry.inputs().get(side);
      int gate = entry.inputs().get(1 - side);
      if (gate == x || !isAlone(gate)) {
        continue;
      }
      Layer curve = curve(builder.entry(gate), x);
      if (curve != null) {
        builder.replace(entry.as(entry.preferredName(), curve, List.of(x), Map.of()));
        return true;
      }
    }
    return false;
  }

  private @Nullable Layer curve(PendingLayer gate, int x) {
    boolean isOfX = gate.inputs().equals(List.of(x));
    if (isOfX && gate.layer() instanceof Sigmoid) {
      return new Silu();
    }
    if (isOfX && gate.layer() instanceof HardSigmoid hard && isOfHardSwish(hard)) {
      return new HardSwish();
    }
    if (gate.layer() instanceof Tanh && isAlone(gate.input())) {
      PendingLayer inner = builder.entry(gate.input());
      boolean isMish = inner.layer() instanceof Softplus && inner.inputs().equals(List.of(x));
      return isMish ? new Mish() : null;
    }
    return null;
  }

  private static boolean isOfHardSwish(HardSigmoid hard) {
    // Files have a sixth rounded to more or fewer digits.
    return Math.abs(hard.alpha() - 1 / 6f) < 1e-6 && hard.beta() == 0.5f;
  }

  /** Merges two consecutive layers, under the id of the second. */
  private boolean merged(PendingLayer before, PendingLayer entry) {
    if (entry.layer() instanceof Flatten) {
      return wholePooling(before, entry);
    }
    if (entry.layer() instanceof ChannelAffine) {
      return absorbed(before, entry, Affine.of(entry.weights()));
    }
    if (optimising && entry.layer() instanceof BatchNorm2d norm) {
      Affine affine = Affine.ofBatchNorm(entry.weights(), norm.epsilon());
      return weighted(before, entry, affine);
    }
    if (optimising
        && entry.layer() instanceof Conv2d conv
        && before.layer() instanceof ZeroPad2d pad) {
      return padded(before, pad, entry, conv);
    }
    return false;
  }

  private boolean wholePooling(PendingLayer before, PendingLayer entry) {
    Shape maps = before.inputs().isEmpty() ? null : builder.shape(before.input());
    if (maps == null || maps.rank() != 3) {
      return false;
    }
    Window whole = LoweringState.whole(maps);
    Layer pooling =
        before.layer().equals(new AvgPool2d(whole))
            ? new GlobalAvgPool2d()
            : before.layer().equals(new MaxPool2d(whole)) ? new GlobalMaxPool2d() : null;
    if (pooling == null) {
      return false;
    }
    // Files of Fovea name the pooling after the layer and the node's purpose: pool1/maps, pool1.
    String preferredName =
        before.preferredName().startsWith(entry.preferredName() + "/")
            ? entry.preferredName()
            : before.preferredName();
    builder.replace(entry.as(preferredName, pooling, before.inputs(), Map.of()));
    return true;
  }

  /** Merges a scale and a shift into a layer before that has its own. */
  private boolean absorbed(PendingLayer before, PendingLayer entry, Affine affine) {
    boolean normalises =
        before.layer() instanceof BatchNorm2d
            || before.layer() instanceof GroupNorm
            || before.layer() instanceof ChannelAffine;
    if (normalises) {
      Affine own = Affine.of(before.weights());
      float[] shift = before.weights().getOrDefault("bias", new float[own.channels()]);
      Map<String, float[]> weights = new LinkedHashMap<>(before.weights());
      weights.putAll(affine.behind(part(before, "weight"), shift));
      Layer layer =
          before.layer() instanceof ChannelAffine ? new ChannelAffine(true) : before.layer();
      boolean keepsName = before.layer() instanceof BatchNorm2d || !own.isIdentity();
      String preferredName = keepsName ? before.preferredName() : entry.preferredName();
      builder.replace(entry.as(preferredName, layer, before.inputs(), weights));
      return true;
    }
    return (optimising || affine.isShift()) && weighted(before, entry, affine);
  }

  /** Folds a scale and a shift into the weights before them. */
  private boolean weighted(PendingLayer before, PendingLayer entry, Affine affine) {
    Layer layer =
        switch (before.layer()) {
          case Conv2d c -> new Conv2d(c.filters(), c.window(), c.groups(), true);
          case Dense d -> new Dense(d.outputs(), true);
          default -> null;
        };
    if (layer == null) {
      return false;
    }
    int outputs = affine.channels();
    float[] bias = before.weights().getOrDefault("bias", new float[outputs]);
    Map<String, float[]> weights = affine.behind(part(before, "weight"), bias);
    builder.replace(entry.as(before.preferredName(), layer, before.inputs(), weights));
    return true;
  }

  private boolean padded(PendingLayer before, ZeroPad2d pad, PendingLayer entry, Conv2d conv) {
    Window w = conv.window();
    Window wider =
        new Window(
            w.kernelHeight(),
            w.kernelWidth(),
            w.strideHeight(),
            w.strideWidth(),
            w.top() + pad.top(),
            w.left() + pad.left(),
            w.bottom() + pad.bottom(),
            w.right() + pad.right(),
            w.dilationHeight(),
            w.dilationWidth());
    Conv2d other = new Conv2d(conv.filters(), wider, conv.groups(), conv.bias());
    builder.replace(entry.as(entry.preferredName(), other, before.inputs(), entry.weights()));
    return true;
  }

  private static float[] part(PendingLayer entry, String name) {
    return Objects.requireNonNull(entry.weights().get(name), name);
  }
}
