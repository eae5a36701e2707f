package io.fovea.layer;

import io.fovea.kernel.geometry.BatchNorm2dGeometry;
import io.fovea.kernel.op.BatchNorm2dKernel;
import io.fovea.kernel.op.Epilogue;
import io.fovea.kernel.op.Moments;
import io.fovea.kernel.op.Normalization;
import io.fovea.layer.context.Fusion;
import io.fovea.layer.context.NodeContext;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.List;

/**
 * Batch normalisation: each channel of (N, C, H, W) is brought to mean 0 and deviation 1, then
 * scaled by gamma and shifted by beta, both (C) and learned (Ioffe and Szegedy, arXiv 1502.03167,
 * algorithms 1 and 2):
 *
 * <pre>
 * y = gamma[c] * (x - mean[c]) / sqrt(variance[c] + epsilon) + beta[c]
 * </pre>
 *
 * While training, mean and variance are the batch's own, over N, H and W, M = N*H*W values a
 * channel, the variance divided by M; at inference they are running statistics, so that the output
 * for an image does not depend on the images beside it. Each training step moves these a little
 * towards the batch, as in PyTorch with the variance divided by M - 1:
 *
 * <pre>
 * running = (1 - momentum) * running + momentum * that of the batch
 * </pre>
 *
 * Where several workers compute parts of one batch, each part has its own statistics, unless the
 * workers share them through their workspaces.
 *
 * <p>Parameters are named as in PyTorch: weight is gamma, bias is beta; running_mean, running_var
 * and num_batches_tracked are buffers. The last counts steps as a float, exactly up to 2^24, where
 * it stops; nothing is computed from it.
 *
 * @param epsilon added to the variance, above 0
 * @param momentum how much of the batch goes into the running statistics, from 0 to 1
 */
public record BatchNorm2d(float epsilon, float momentum) implements Layer {
  private static final String MEAN = "running_mean";
  private static final String VARIANCE = "running_var";
  private static final String BATCHES = "num_batches_tracked";

  public BatchNorm2d {
    ImageNorm.requireEpsilon("batch_norm2d", epsilon);
    if (!(momentum >= 0 && momentum <= 1)) {
      throw new IllegalArgumentException(
          "batch_norm2d: momentum must be from 0 to 1 (the batch's share of the running statistics), got %s"
              .formatted(momentum));
    }
  }

  /** With epsilon 1e-5 and momentum 0.1. */
  public BatchNorm2d() {
    this(1e-5f, 0.1f);
  }

  @Override
  public Shape output(List<Shape> inputs) {
    return Inputs.map(type(), inputs);
  }

  BatchNorm2dGeometry geometry(Shape input) {
    return new BatchNorm2dGeometry(input.size(0), input.size(1), input.size(2), epsilon);
  }

  @Override
  public List<Parameter> parameters(List<Shape> inputs) {
    Shape channels = Shape.of(inputs.getFirst().size(0));
    return List.of(
        new Parameter("weight", channels, Parameter.Role.SCALE, 1, 1),
        new Parameter("bias", channels, Parameter.Role.BIAS, 1, 1),
        new Parameter(MEAN, channels, Parameter.Role.MEAN, 1, 1),
        new Parameter(VARIANCE, channels, Parameter.Role.VARIANCE, 1, 1),
        new Parameter(BATCHES, Shape.of(), Parameter.Role.COUNT, 1, 1));
  }

  Step forward(Tensor x, Values weights, NodeContext workspace) {
    BatchNorm2dKernel kernel = kernel(x, workspace);
    float[] gamma = weights.of("weight");
    float[] beta = weights.of("bias");
    // The backward pass with running statistics has no epilogue.
    boolean fuses = workspace.isTraining() || workspace.isInference();
    Fusion fusion = workspace.accept(fuses ? workspace.offered() : Fusion.NONE);
    Epilogue epilogue = new Epilogue(fusion.residual(), fusion.activation(), null);
    Tensor y = workspace.output(x.shape(), x.count());
    if (!workspace.isTraining()) {
      Moments moments = Moments.of(weights.of(MEAN), weights.of(VARIANCE));
      Normalization running = new Normalization(moments, gamma, beta);
      kernel.forward(y, x, running, epilogue, workspace.resources());
      return Step.of(workspace, y, dy -> backward(dy, x, running, true, kernel, workspace));
    }
    Normalization batch = new Normalization(new Moments(gamma.length), gamma, beta);
    SyncBatchStatistics statistics = measure(batch.moments(), kernel, x, weights, workspace);
    kernel.forward(y, x, batch, epilogue, workspace.resources());
    if (epilogue.residual() == null) {
      return Step.of(
          workspace, y, dy -> backward(dy, x, batch, epilogue, statistics, kernel, workspace));
    }
    return Step.of(
        workspace,
        y,
        dy -> {
          Tensor dz = epilogue.activation() == null ? dy : throughRelu(dy, y, workspace);
          backward(dz, x, batch, Epilogue.NONE, statistics, kernel, workspace);
          // dx is not computed, nor read, where nothing before x is trained
          return List.of(workspace.inputGradient(0, x.shape(), x.count()), dz);
        });
  }

  /** The gradient of both terms of a sum, whose ReLU lets it pass where y is above 0. */
  private static Tensor throughRelu(Tensor dy, Tensor y, NodeContext workspace) {
    if (dy.isAt(y)) {
      return dy; // already gated by the layer that reads y
    }
    Tensor dz = workspace.inputGradient(1, y.shape(), y.count());
    workspace.kernels().relu().backward(dz, dy, y, workspace.resources());
    return dz;
  }

  private BatchNorm2dKernel kernel(Tensor x, NodeContext workspace) {
    return workspace.kernel(geometry(x.shape()), workspace.kernels()::batchNorm2d);
  }

  /** The batch's moments, which also go into the running statistics. */
  private SyncBatchStatistics measure(
      Moments batch, BatchNorm2dKernel kernel, Tensor x, Values weights, NodeContext workspace) {
    kernel.moments(batch, x, workspace.resources());
    SyncBatchStatistics statistics = SyncBatchStatistics.of(x, batch, workspace.group());
    requireDeviation(statistics.all(), x, workspace.name());
    leaveStatistics(batch, statistics.all(), weights, workspace);
    return statistics;
  }

  private static List<Tensor> backward(
      Tensor dy,
      Tensor x,
      Normalization batch,
      Epilogue epilogue,
      SyncBatchStatistics statistics,
      BatchNorm2dKernel kernel,
      NodeContext workspace) {
    float[] dgamma = workspace.gradient("weight", batch.gamma().length);
    float[] dbeta = workspace.gradient("bias", batch.gamma().length);
    kernel.backwardWeights(dgamma, dbeta, x, dy, batch, epilogue, workspace.resources());
    if (!workspace.needsInputGradient()) {
      return List.of();
    }
    SyncBatchStatistics.Sums sums = statistics.sums(dgamma, dbeta);
    Tensor dx = workspace.inputGradient(0, x.shape(), x.count());
    kernel.backwardInput(
        dx, x, dy, batch, sums.dgamma(), sums.dbeta(), epilogue, workspace.resources());
    return List.of(dx);
  }

  /** The backward pass where the statistics are constants. */
  static List<Tensor> backward(
      Tensor dy,
      Tensor x,
      Normalization running,
      boolean bias,
      BatchNorm2dKernel kernel,
      NodeContext workspace) {
    if (!workspace.isFrozen()) {
      float[] dgamma = workspace.gradient("weight", running.gamma().length);
      float[] dbeta = workspace.biasGradient(bias, running.gamma().length);
      kernel.backwardWeights(dgamma, dbeta, x, dy, running, Epilogue.NONE, workspace.resources());
    }
    return workspace.inputGradient(
        x.shape(), x.count(), dx -> kernel.backwardInput(dx, dy, running, workspace.resources()));
  }

  /** Refuses a batch of one value a channel: a single value has no deviation. */
  private static void requireDeviation(long values, Tensor x, String node) {
    if (values < 2) {
      throw new IllegalArgumentException(
          "%s: batch_norm2d training expects at least 2 values a channel (images * height * width), got %d (%s); use larger batches, larger images, or a number of images that leaves no last batch of 1"
              .formatted(node, values, x));
    }
  }

  private void leaveStatistics(Moments batch, long values, Values weights, NodeContext workspace) {
    float[] mean = weights.of(MEAN);
    float[] variance = weights.of(VARIANCE);
    float[] nextMean = workspace.next(MEAN, mean.length);
    float[] nextVariance = workspace.next(VARIANCE, variance.length);
    for (int c = 0; c < mean.length; c++) {
      nextMean[c] = (float) batch.runningMean(c, mean[c], momentum);
      nextVariance[c] = (float) batch.runningVariance(c, variance[c], momentum, values);
    }
    workspace.next(BATCHES, 1)[0] = weights.of(BATCHES)[0] + 1;
  }
}
