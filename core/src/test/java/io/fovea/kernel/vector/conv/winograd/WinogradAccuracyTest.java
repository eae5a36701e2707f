package io.fovea.kernel.vector.conv.winograd;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.kernel.geometry.Conv2dGeometry;
import io.fovea.kernel.op.Bound;
import io.fovea.kernel.op.Draw;
import io.fovea.kernel.op.LinearResult;
import io.fovea.kernel.op.Resources;
import io.fovea.kernel.reference.ReferenceConv2d;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.parallel.Scratch;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Window;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What Winograd's convolution costs in accuracy on layers that networks have: the relative L2 error
 * of each result against the reference. A componentwise bound ({@link WinogradBound}) must allow
 * for roundings that all point the same way; they do not, and errors come out below a hundredth of
 * it. So these ceilings lie closer: half again as large as the largest error measured with three
 * seeds. Decision 30 has the measured numbers.
 */
class WinogradAccuracyTest {
  private static final long SEED = 20260128;
  private static final int IMAGES = 1;
  private static final double DB = 2.9e-7; // db's ceiling, everywhere
  @AutoClose private static final Workers WORKERS = Workers.of(2);
  private static final Resources RESOURCES = new Resources(WORKERS, new Scratch(WORKERS.threads()));

  /** Second convolutions of the exercise and of its pooled sister, and the stages of a ResNet-8. */
  enum Layer {
    TWO_LAYER(16, 28, 32, 5),
    POOLED(16, 14, 32, 5),
    RESNET_16(16, 32, 16, 3),
    RESNET_32(32, 16, 32, 3),
    RESNET_64(64, 8, 64, 3);

    private final int channels;
    private final int side;
    private final int filters;
    private final int taps;

    Layer(int channels, int side, int filters, int taps) {
      this.channels = channels;
      this.side = side;
      this.filters = filters;
      this.taps = taps;
    }

    private Conv2dGeometry geometry() {
      Window window = Window.square(taps, 1, taps / 2, 1);
      return new Conv2dGeometry(channels, side, side, filters, 1, window);
    }
  }

  enum Input {
    /** Of mean 0 and deviation 1, as behind a normalisation. */
    NORMAL,
    /** Uniform from 0 to 1, as pixels are. */
    UNIT,
    /** Of deviation 1 around 10. */
    MEAN_10,
    /** Of deviation 1 around 100. */
    MEAN_100;

    private float[] draw(Draw draw, int length) {
      return switch (this) {
        case NORMAL -> draw.normal(length, 0, 1);
        case UNIT -> Bound.narrow(Bound.absolute(Bound.widen(draw.reals(length))));
        case MEAN_10 -> draw.normal(length, 10, 1);
        case MEAN_100 -> draw.normal(length, 100, 1);
      };
    }
  }

  /** Weights as He draws them, no bias, normal dy. */
  @ParameterizedTest
  @CsvSource({
    "TWO_LAYER, NORMAL,   3.0e-6, 3.7e-6, 4.3e-6",
    "TWO_LAYER, UNIT,     1.7e-6, 3.7e-6, 2.2e-6",
    "TWO_LAYER, MEAN_10,  4.9e-7, 3.7e-6, 5.8e-7",
    "TWO_LAYER, MEAN_100, 3.3e-7, 3.7e-6, 3.9e-7",
    "POOLED,    NORMAL,   3.0e-6, 3.7e-6, 3.0e-6",
    "POOLED,    UNIT,     2.0e-6, 3.7e-6, 1.7e-6",
    "POOLED,    MEAN_10,  7.0e-7, 3.7e-6, 5.3e-7",
    "POOLED,    MEAN_100, 5.5e-7, 3.7e-6, 4.3e-7",
    "RESNET_16, NORMAL,   1.6e-6, 1.7e-6, 2.7e-6",
    "RESNET_16, UNIT,     8.9e-7, 1.7e-6, 1.3e-6",
    "RESNET_16, MEAN_10,  2.8e-7, 1.7e-6, 3.8e-7",
    "RESNET_16, MEAN_100, 2.4e-7, 1.7e-6, 3.3e-7",
    "RESNET_32, NORMAL,   2.2e-6, 2.1e-6, 1.6e-6",
    "RESNET_32, UNIT,     1.4e-6, 2.1e-6, 8.9e-7",
    "RESNET_32, MEAN_10,  3.6e-7, 2.1e-6, 3.1e-7",
    "RESNET_32, MEAN_100, 2.8e-7, 2.1e-6, 2.5e-7",
    "RESNET_64, NORMAL,   2.9e-6, 3.0e-6, 1.3e-6",
    "RESNET_64, UNIT,     1.7e-6, 3.0e-6, 6.4e-7",
    "RESNET_64, MEAN_10,  4.8e-7, 3.0e-6, 2.5e-7",
    "RESNET_64, MEAN_100, 3.5e-7, 3.0e-6, 2.3e-7",
  })
  void allPasses_layersOfNetworks_stayBelowTheirCeilings(
      Layer layer, Input input, double y, double dx, double dw) {
    Conv2dGeometry g = layer.geometry();
    Draw draw = new Draw(SEED);
    float[] x = input.draw(draw, IMAGES * g.inputElements());
    float[] w = draw.normal(g.weights(), 0, Math.sqrt(2.0 / g.taps()));
    float[] dy = draw.normal(IMAGES * g.outputElements(), 0, 1);
    float[] b = new float[g.filters()];
    double[] exactY = new double[dy.length];
    double[] exactDx = new double[x.length];
    double[] exactDw = new double[w.length];
    double[] exactDb = new double[b.length];
    ReferenceConv2d reference = new ReferenceConv2d(g);
    reference.forward(exactY, Bound.widen(x), Bound.widen(w), Bound.widen(b), IMAGES);
    reference.backward(
        exactDx, exactDw, exactDb, Bound.widen(x), Bound.widen(w), Bound.widen(dy), IMAGES);
    LinearResult result =
        new WinogradRun(new WinogradConv2d(g), g, IMAGES, x, w, b, dy).jointly(RESOURCES);
    String what = "seed %d, %d lanes, %s, %s: ".formatted(SEED, Lanes.COUNT, layer, input);
    assertBelow(what + "y", Bound.relativeL2(result.y(), exactY), y);
    assertBelow(what + "dx", Bound.relativeL2(result.dx(), exactDx), dx);
    assertBelow(what + "dw", Bound.relativeL2(result.dw(), exactDw), dw);
    assertBelow(what + "db", Bound.relativeL2(result.db(), exactDb), DB);
  }

  private static void assertBelow(String what, double error, double ceiling) {
    assertThat(error).as(what).isLessThan(ceiling);
  }
}
