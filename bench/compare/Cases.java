import io.fovea.kernel.geometry.Conv2dGeometry;
import io.fovea.kernel.geometry.DenseGeometry;
import io.fovea.kernel.op.Conv2dAlgorithm;
import io.fovea.kernel.op.Conv2dKernel;
import io.fovea.kernel.op.DenseKernel;
import io.fovea.kernel.op.Resources;
import io.fovea.kernel.vector.VectorKernels;
import io.fovea.parallel.Scratch;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import io.fovea.tensor.Window;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/** The work of one build: loaded once for each of the two that {@link Compare} compares. */
public class Cases implements Supplier<Map<String, Runnable>> {
  private static final int IMAGES = Integer.getInteger("images", 4);
  private static final int[][] NONE = {};

  /** Channels, height and width, kernel, stride, filters (0: one for each channel), groups. */
  private static final Map<String, int[][]> LAYERS =
      Map.of(
          "depthwise",
          new int[][] {
            {64, 28, 3, 1, 0},
            {32, 112, 3, 1, 0},
            {128, 14, 3, 1, 0},
            {512, 14, 3, 1, 0},
            {64, 56, 3, 2, 0},
            {128, 28, 3, 2, 0},
            {256, 7, 3, 1, 0},
            {144, 28, 5, 1, 0},
            {24, 16, 3, 1, 0}
          },
          "direct",
          new int[][] {
            {3, 64, 3, 2, 32},
            {3, 224, 7, 2, 64},
            {64, 28, 3, 2, 128},
            {64, 28, 3, 1, 64},
            {16, 28, 5, 1, 32},
            {1, 28, 5, 1, 16},
            {16, 32, 1, 2, 32},
            {32, 16, 3, 1, 32},
            {104, 56, 3, 2, 104, 13},
            {208, 28, 3, 2, 208, 26}
          },
          "gemm",
          new int[][] {
            {256, 14, 1, 1, 256},
            {64, 56, 1, 1, 256},
            {512, 7, 1, 1, 2048},
            {16, 55, 1, 1, 64},
            {256, 14, 3, 1, 256},
            {128, 13, 1, 1, 16},
            {64, 28, 1, 1, 34},
            {16, 112, 1, 1, 96},
            {24, 56, 1, 1, 144},
            {144, 56, 1, 1, 24},
            {96, 56, 1, 1, 24},
            {144, 28, 1, 1, 40},
            {32, 28, 1, 1, 192},
            {96, 14, 1, 1, 576},
            {160, 7, 1, 1, 960}
          },
          "winograd",
          new int[][] {
            {16, 28, 5, 1, 32},
            {32, 14, 5, 1, 64},
            {16, 32, 3, 1, 16},
            {32, 16, 3, 1, 32},
            {64, 8, 3, 1, 64},
            {64, 56, 3, 1, 64},
            {256, 14, 3, 1, 256}
          });

  /** Features, outputs, images. */
  private static final int[][] DENSE = {{25088, 100, 64}, {100, 10, 64}, {1568, 128, 256}};

  private final Map<String, Runnable> work = new LinkedHashMap<>();

  @Override
  public Map<String, Runnable> get() {
    int threads = Integer.getInteger("threads", 1);
    Resources resources = new Resources(Workers.of(threads), new Scratch(threads));
    String kinds = System.getProperty("kind", "all");
    for (String kind : List.of("depthwise", "direct", "gemm", "winograd")) {
      for (int[] size : kinds.equals("all") || kinds.contains(kind) ? LAYERS.get(kind) : NONE) {
        Window window = Window.square(size[2], size[3], size[2] / 2, 1);
        int filters = size[4] == 0 ? size[0] : size[4];
        int groups = size[4] == 0 ? size[0] : size.length > 5 ? size[5] : 1;
        Conv2dGeometry g = new Conv2dGeometry(size[0], size[1], size[1], filters, groups, window);
        add(kind, g, resources);
      }
    }
    if (kinds.equals("all") || kinds.contains("dense")) {
      for (int[] size : DENSE) {
        addDense(new DenseGeometry(Shape.of(size[0]), size[1]), size[2], resources);
      }
    }
    return work;
  }

  private void addDense(DenseGeometry g, int images, Resources resources) {
    DenseKernel kernel = new VectorKernels().dense(g);
    Tensor x = random(Shape.of(g.features()), images, 1);
    Tensor y = random(Shape.of(g.outputs()), images, 2);
    Tensor dx = random(Shape.of(g.features()), images, 3);
    float[] w = kernel.packing().pack(random(Shape.of(g.outputs(), g.features()), 1, 5).toArray());
    float[] b = new float[g.outputs()];
    float[] dw = new float[w.length];
    float[] db = new float[b.length];
    String layer = "dense %d to %d, %d images".formatted(g.features(), g.outputs(), images);
    work.put("forward " + layer, () -> kernel.forward(y, x, w, b, resources));
    work.put("dx " + layer, () -> kernel.backwardInput(dx, y, w, resources));
    work.put("dw " + layer, () -> kernel.backwardWeights(dw, db, x, y, resources));
  }

  private void add(String kind, Conv2dGeometry g, Resources resources) {
    Conv2dKernel kernel =
        VectorKernels.always(Conv2dAlgorithm.valueOf(kind.toUpperCase(Locale.ROOT))).conv2d(g);
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
        "%s %dx%d stride %d, %d to %d, %dx%d"
            .formatted(
                kind,
                k.kernelHeight(),
                k.kernelWidth(),
                k.strideHeight(),
                g.channels(),
                g.filters(),
                g.height(),
                g.width());
    work.put("forward " + layer, () -> kernel.forward(y, x, w, b, resources));
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
