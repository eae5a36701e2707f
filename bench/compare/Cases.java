import io.fovea.kernel.Conv2dGeometry;
import io.fovea.kernel.Conv2dKernel;
import io.fovea.kernel.Resources;
import io.fovea.kernel.vector.VectorKernels;
import io.fovea.parallel.Scratch;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import io.fovea.tensor.Window;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/** The work of one build: loaded once for each of the two that {@link Compare} compares. */
public class Cases implements Supplier<Map<String, Runnable>> {
  private static final int IMAGES = 4;

  /** Channels, height and width, kernel, stride. */
  private static final int[][] DEPTHWISE = {
    {64, 28, 3, 1},
    {32, 112, 3, 1},
    {128, 14, 3, 1},
    {512, 14, 3, 1},
    {64, 56, 3, 2},
    {128, 28, 3, 2},
    {256, 7, 3, 1},
    {144, 28, 5, 1},
    {24, 16, 3, 1}
  };

  /** The same, and filters. */
  private static final int[][] DIRECT = {
    {3, 64, 3, 2, 32},
    {3, 224, 7, 2, 64},
    {64, 28, 3, 2, 128},
    {64, 28, 3, 1, 64},
    {16, 28, 5, 1, 32},
    {256, 14, 3, 1, 256},
    {32, 16, 3, 1, 32}
  };

  private final Map<String, Runnable> work = new LinkedHashMap<>();

  @Override
  public Map<String, Runnable> get() {
    int threads = Integer.getInteger("threads", 1);
    Resources resources = new Resources(Workers.of(threads), new Scratch(threads));
    boolean depthwise = System.getProperty("kind", "depthwise").equals("depthwise");
    for (int[] size : depthwise ? DEPTHWISE : DIRECT) {
      int filters = depthwise ? size[0] : size[4];
      Window window = Window.square(size[2], size[3], size[2] / 2, 1);
      int groups = depthwise ? size[0] : 1;
      add(new Conv2dGeometry(size[0], size[1], size[1], filters, groups, window), resources);
    }
    return work;
  }

  private void add(Conv2dGeometry g, Resources resources) {
    Conv2dKernel kernel = VectorKernels.direct().conv2d(g);
    Shape input = Shape.of(g.channels(), g.height(), g.width());
    Shape output = Shape.of(g.filters(), g.outputHeight(), g.outputWidth());
    Tensor x = random(input, IMAGES, 1);
    Tensor y = random(output, IMAGES, 2);
    Tensor dy = random(output, IMAGES, 3);
    Tensor dx = random(input, IMAGES, 4);
    float[] w = kernel.packing().pack(random(Shape.of(g.weights()), 1, 5).toArray());
    float[] b = new float[g.filters()];
    float[] dw = new float[w.length];
    float[] db = new float[b.length];
    Window k = g.window();
    String layer =
        "%dx%d stride %d, %d to %d, %dx%d"
            .formatted(
                k.kernelHeight(),
                k.kernelWidth(),
                k.strideHeight(),
                g.channels(),
                g.filters(),
                g.height(),
                g.width());
    work.put("forward " + layer, () -> kernel.forward(y, x, w, b, resources));
    work.put("relu " + layer, () -> kernel.forwardRectified(y, x, w, b, resources));
    work.put("dx " + layer, () -> kernel.backwardInput(dx, dy, w, resources));
    work.put("dw " + layer, () -> kernel.backwardWeights(dw, db, x, dy, resources));
  }

  private static Tensor random(Shape shape, int count, long seed) {
    Random random = new Random(seed);
    float[] values = new float[count * shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return Tensor.of(shape, count, values);
  }
}
