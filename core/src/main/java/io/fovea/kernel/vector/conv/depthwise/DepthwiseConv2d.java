package io.fovea.kernel.vector.conv.depthwise;

import io.fovea.kernel.geometry.Conv2dGeometry;
import io.fovea.kernel.op.Conv2dKernel;
import io.fovea.kernel.op.Epilogue;
import io.fovea.kernel.op.OutputView;
import io.fovea.kernel.op.Packing;
import io.fovea.kernel.op.Resources;
import io.fovea.kernel.op.ScratchSizes;
import io.fovea.kernel.vector.conv.Biases;
import io.fovea.kernel.vector.conv.FeatureMap;
import io.fovea.kernel.vector.conv.StridePhase;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.kernel.vector.microkernel.KernelTable;
import io.fovea.tensor.Tensor;
import io.fovea.tensor.Window;
import java.util.Arrays;
import java.util.List;

/**
 * Convolution with as many groups and filters as channels: each channel has its own filter, and
 * vectors run along the channels.
 *
 * <pre>
 * y[n,c,i,j]  = b[c] + sum over u,v of w[c,u,v] * x[n, c, i*stride + u*dilation - pad, ...]
 * dx[n,c,p,q] = sum over u,v of w[c,u,v] * dy[n, c, (p + pad - u*dilation) / stride, ...] where that is an integer
 * dw[c,u,v]   = sum over n,i,j of dy[n,c,i,j] * x[...as in y]
 * </pre>
 *
 * <p>Weights are stored as [u*KW + v][channels in full vectors]. y and dx are {@link
 * DepthwisePass}es; pixels of dx with the same kernel elements are a {@link StridePhase}.
 */
public final class DepthwiseConv2d implements Conv2dKernel {
  private final Conv2dGeometry g;
  private final int channels; // in full vectors
  private final DepthwisePass forward;
  private final DepthwisePass inputGradient;
  private final DepthwiseWeightGradient weightGradient;

  public DepthwiseConv2d(Conv2dGeometry geometry) {
    assert isDepthwise(geometry) : geometry;
    this.g = geometry;
    this.channels = Lanes.roundUp(g.channels());
    FeatureMap input = FeatureMap.input(g);
    FeatureMap output = FeatureMap.output(g);
    StridePhase phase = StridePhase.forward(g);
    int kernelWidth = g.window().kernelWidth();
    this.forward = new DepthwisePass(input, output, List.of(phase), kernelWidth);
    this.inputGradient = new DepthwisePass(output, input, StridePhase.backward(g), kernelWidth);
    this.weightGradient = new DepthwiseWeightGradient(input, output, phase);
  }

  /** True where each channel has exactly one filter. */
  public static boolean isDepthwise(Conv2dGeometry g) {
    return g.groups() == g.channels() && g.filters() == g.channels();
  }

  /** The tables of all passes. */
  public static List<KernelTable> tables() {
    return DepthwiseBlock.tables();
  }

  @Override
  public String name() {
    return "depthwise";
  }

  @Override
  public void scratch(ScratchSizes.Pass pass, ScratchSizes.Call call, ScratchSizes sizes) {
    sizes.shared(0, channels);
    switch (pass) {
      case FORWARD -> forward.scratch(sizes);
      case INPUT_GRADIENT -> inputGradient.scratch(sizes);
      case WEIGHT_GRADIENT -> {
        weightGradient.scratch(call.images(), sizes);
        gatedScratch(g.outputElements(), call, sizes);
      }
    }
  }

  @Override
  public Packing packing() {
    Window k = g.window();
    int taps = k.kernelHeight() * k.kernelWidth();
    int[] positions = new int[g.weights()];
    for (int c = 0; c < g.channels(); c++) {
      for (int tap = 0; tap < taps; tap++) {
        positions[c * taps + tap] = tap * channels + c;
      }
    }
    return Packing.of(positions, taps * channels);
  }

  @Override
  public void forward(
      OutputView y, Tensor x, float[] w, float[] b, Epilogue epilogue, Resources resources) {
    float[] bias = Biases.padded(b, 1, g.channels(), channels, resources.scratch(), 0);
    forward.run(y, x, w, bias, epilogue, resources);
  }

  @Override
  public void backwardInput(Tensor dx, Tensor dy, float[] w, Resources resources) {
    float[] zeros = resources.scratch().shared(0, channels);
    Arrays.fill(zeros, 0, channels, 0);
    inputGradient.run(OutputView.of(dx), dy, w, zeros, Epilogue.NONE, resources);
  }

  @Override
  public void backwardWeights(float[] dw, float[] db, Tensor x, Tensor dy, Resources resources) {
    weightGradient.run(dw, db, x, dy, resources);
  }
}
