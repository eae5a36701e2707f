import io.fovea.kernel.geometry.Conv2dGeometry;
import io.fovea.kernel.op.Conv2dKernel;
import io.fovea.kernel.op.Resources;
import io.fovea.kernel.vector.VectorKernels;
import io.fovea.parallel.Scratch;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import io.fovea.tensor.Window;

/**
 * Step 9: the library's direct convolution, on one thread. Its register blocks are generated from
 * descriptions, so that their shape can be the best for the machine instead of one that a person
 * would still write down. The only step of the eleven that needs fovea-core's jar on the class
 * path.
 */
@SuppressWarnings("DefaultPackage") // a file that runs by itself needs no package
final class Step09GeneratedKernel extends ConvStep {
  private final Conv2dKernel kernel =
      VectorKernels.direct()
          .conv2d(
              new Conv2dGeometry(
                  CHANNELS, SIDE, SIDE, FILTERS, 1, Window.square(KERNEL, 1, PAD, 1)));
  private final Resources resources = new Resources(Workers.of(1), new Scratch(1));
  private Tensor x; // (N, 16, 28, 28), channels innermost, without padding
  private float[] w; // in the kernel's own packing
  private float[] b; // (32)
  private Tensor y; // (N, 32, 28, 28)

  @Override
  void prepare(Problem problem) {
    int images = problem.x.length;
    x = Tensor.of(Shape.of(CHANNELS, SIDE, SIDE), images, flat(problem.x));
    w = kernel.packing().pack(flat(problem.w));
    b = flat(problem.b);
    y = Tensor.zeros(Shape.of(FILTERS, SIDE, SIDE), images);
  }

  @Override
  void forward() {
    kernel.forward(y, x, w, b, resources);
  }

  @Override
  double[] output(int n) {
    float[] all = y.toArray(); // (N, 32, 28, 28); in memory, channels lie innermost
    double[] output = new double[all.length / y.count()];
    for (int k = 0; k < output.length; k++) {
      output[k] = all[n * output.length + k];
    }
    return output;
  }

  static void main() {
    report(new Step09GeneratedKernel(), new Step08Im2col());
  }
}
