package io.fovea.kernel.vector.conv;

import static io.fovea.kernel.op.CacheLines.ALIGNED_START;

import io.fovea.kernel.geometry.Conv2dGeometry;
import io.fovea.kernel.op.Conv2dKernel;
import io.fovea.kernel.op.Epilogue;
import io.fovea.kernel.op.OutputView;
import io.fovea.kernel.op.Packing;
import io.fovea.kernel.op.Resources;
import io.fovea.kernel.op.ScratchSizes;
import io.fovea.kernel.vector.gemm.Panels;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.tensor.Tensor;
import io.fovea.tensor.Window;

/**
 * Convolution as matrix products, the windows unrolled into rows ("im2col") a few at a time.
 *
 * <pre>
 * y  [pixels x O]  = patches of x [pixels x taps*C] * w [taps*C x O]
 * dx               = dy [pixels x O] * w [O x taps*C], added where patches overlap
 * dw [taps*C x O]  = patches of x, transposed, * dy [pixels x O]
 * </pre>
 *
 * for each group, with C and O the channels and filters of the group. Any stride, dilation, padding
 * and number of groups; 1x1 with stride 1 and no padding reads its operands in place.
 *
 * <p>Weights are stored in {@link Panels} of filters, [group][O / 2L][tap][2L] with tap = (u*KW +
 * v)*C + c. The input gradient needs them with channels and filters exchanged, and rearranges them
 * once for each call.
 *
 * <p>Work is divided into bands of an image's pixels, and shares of the weights where these are
 * many, by the geometry only. The weight gradient: {@link GemmWeightGradient}.
 */
public final class GemmConv2d implements Conv2dKernel {
  private final Conv2dGeometry g;
  private final Panels panels;
  private final GemmPass forward;
  private final GemmInputGradient inputGradient;
  private final GemmWeightGradient weightGradient;

  public GemmConv2d(Conv2dGeometry geometry) {
    this.g = geometry;
    FeatureMap input = FeatureMap.input(g);
    FeatureMap output = FeatureMap.output(g);
    StridePhase phase = StridePhase.forward(g);
    this.forward = new GemmPass(input, output, phase);
    this.panels = forward.panels();
    this.inputGradient = new GemmInputGradient(input, output, phase);
    this.weightGradient = new GemmWeightGradient(input, output, phase);
  }

  @Override
  public String name() {
    return "gemm";
  }

  @Override
  public void scratch(ScratchSizes.Pass pass, ScratchSizes.Call call, ScratchSizes sizes) {
    switch (pass) {
      case FORWARD -> {
        sizes.shared(0, (long) g.groups() * Lanes.roundUp(g.groupFilters()));
        forward.scratch(sizes);
      }
      case INPUT_GRADIENT -> inputGradient.scratch(sizes);
      case WEIGHT_GRADIENT -> {
        weightGradient.scratch(call.images(), sizes);
        gatedScratch(g.outputElements(), call, sizes);
      }
    }
  }

  @Override
  public Packing packing() {
    return Packing.of(
        g.filters(), g.taps(), ALIGNED_START + g.groups() * panels.length(), this::positions);
  }

  /** The positions of the weights of one filter. */
  private void positions(int o, int[] positions) {
    Window k = g.window();
    int group = ALIGNED_START + o / g.groupFilters() * panels.length();
    int at = 0;
    for (int c = 0; c < g.groupChannels(); c++) {
      for (int uv = 0; uv < k.kernelHeight() * k.kernelWidth(); uv++) {
        positions[at++] = group + panels.position(o % g.groupFilters(), uv * g.groupChannels() + c);
      }
    }
  }

  @Override
  public void forward(
      OutputView y, Tensor x, float[] w, float[] b, Epilogue epilogue, Resources resources) {
    int filters = g.groupFilters();
    float[] bias =
        Biases.padded(b, g.groups(), filters, Lanes.roundUp(filters), resources.scratch(), 0);
    forward.run(y, x, w, bias, epilogue, resources);
  }

  @Override
  public void backwardInput(Tensor dx, Tensor dy, float[] w, Resources resources) {
    inputGradient.run(dx, dy, w, Panels.WIDTH, resources);
  }

  @Override
  public void backwardWeights(float[] dw, float[] db, Tensor x, Tensor dy, Resources resources) {
    weightGradient.run(dw, db, x, dy, resources);
  }
}
