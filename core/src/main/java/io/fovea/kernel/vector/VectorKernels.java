package io.fovea.kernel.vector;

import io.fovea.kernel.geometry.BatchNorm2dGeometry;
import io.fovea.kernel.geometry.Conv2dGeometry;
import io.fovea.kernel.geometry.DenseGeometry;
import io.fovea.kernel.geometry.GroupNormGeometry;
import io.fovea.kernel.geometry.LocalResponseNormGeometry;
import io.fovea.kernel.geometry.Pool2dGeometry;
import io.fovea.kernel.op.Activation;
import io.fovea.kernel.op.AvgPool2dKernel;
import io.fovea.kernel.op.BatchNorm2dKernel;
import io.fovea.kernel.op.Conv2dAlgorithm;
import io.fovea.kernel.op.Conv2dKernel;
import io.fovea.kernel.op.DenseKernel;
import io.fovea.kernel.op.GroupNormKernel;
import io.fovea.kernel.op.Kernels;
import io.fovea.kernel.op.MaxPool2dKernel;
import io.fovea.kernel.op.UnaryKernel;
import io.fovea.kernel.op.UpdateKernel;
import io.fovea.kernel.vector.activation.Activations;
import io.fovea.kernel.vector.activation.RowSoftmax;
import io.fovea.kernel.vector.activation.VectorActivation;
import io.fovea.kernel.vector.activation.VectorRelu;
import io.fovea.kernel.vector.conv.GemmConv2d;
import io.fovea.kernel.vector.conv.depthwise.DepthwiseConv2d;
import io.fovea.kernel.vector.conv.direct.DirectConv2d;
import io.fovea.kernel.vector.conv.winograd.TileTransform;
import io.fovea.kernel.vector.conv.winograd.WinogradConv2d;
import io.fovea.kernel.vector.conv.winograd.WinogradGemm;
import io.fovea.kernel.vector.dense.PackedDense;
import io.fovea.kernel.vector.elementwise.Products;
import io.fovea.kernel.vector.elementwise.Squares;
import io.fovea.kernel.vector.elementwise.VectorTranspose;
import io.fovea.kernel.vector.elementwise.VectorUpdate;
import io.fovea.kernel.vector.gemm.MacroKernel;
import io.fovea.kernel.vector.machine.FmaPeak;
import io.fovea.kernel.vector.machine.JvmCompiler;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.kernel.vector.machine.Sums;
import io.fovea.kernel.vector.microkernel.BoxedVectors;
import io.fovea.kernel.vector.microkernel.KernelTable;
import io.fovea.kernel.vector.microkernel.MicroKernels;
import io.fovea.kernel.vector.norm.VectorBatchNorm2d;
import io.fovea.kernel.vector.norm.VectorGroupNorm;
import io.fovea.kernel.vector.norm.VectorLayerNorm;
import io.fovea.kernel.vector.norm.VectorLocalResponseNorm;
import io.fovea.kernel.vector.pool.RowAvgPool2d;
import io.fovea.kernel.vector.pool.VectorMaxPool2d;
import io.fovea.parallel.Scratch;
import io.fovea.tensor.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Function;

/** The fast kernels. The algorithm of a convolution is chosen here, by its geometry only. */
public final class VectorKernels implements Kernels {
  /** The most channels of an image: red, green, blue and alpha. */
  private static final int IMAGE_CHANNELS = 4;

  /** The most weights of a direct convolution, each band of which reads all of them. */
  private static final int LARGEST_DIRECT = 1 << 18;

  private final String name;
  private final Function<Conv2dGeometry, Conv2dAlgorithm> choice;

  /** Kernels that choose among all algorithms. */
  public VectorKernels() {
    this("vector", VectorKernels::algorithm);
  }

  private VectorKernels(String name, Function<Conv2dGeometry, Conv2dAlgorithm> choice) {
    this.name = name;
    this.choice = choice;
  }

  /**
   * Kernels without Winograd's convolution: every sum is a direct sum of products, with smaller
   * rounding errors.
   */
  public static VectorKernels direct() {
    return new VectorKernels("vector-direct", VectorKernels::plainAlgorithm);
  }

  /**
   * Kernels for inference with few images: Winograd's convolution only where reading its points
   * takes less time than it saves.
   */
  public static VectorKernels forInference() {
    return new VectorKernels(
        "vector", g -> WinogradConv2d.paysForOne(g) ? Conv2dAlgorithm.WINOGRAD : plainAlgorithm(g));
  }

  /**
   * Kernels that use one algorithm wherever it can compute a convolution: for tests and benchmarks.
   */
  public static VectorKernels always(Conv2dAlgorithm algorithm) {
    return new VectorKernels("vector", g -> computes(algorithm, g) ? algorithm : algorithm(g));
  }

  /**
   * The class files of the usual micro-kernels, by class name. The build writes them into the jar,
   * so that a process does not generate them; they are the same on every machine.
   */
  public static SortedMap<String, byte[]> classFiles() {
    return MicroKernels.classFiles(tables(), TileTransform.programs());
  }

  /** All kernels that are blocks. */
  public static List<KernelTable> tables() {
    List<KernelTable> tables = new ArrayList<>(MacroKernel.tables());
    tables.addAll(DirectConv2d.tables());
    tables.addAll(WinogradGemm.tables());
    tables.addAll(DepthwiseConv2d.tables());
    return tables;
  }

  @Override
  public void warmUp(long nanoseconds) {
    MicroKernels.warmUp(nanoseconds);
  }

  @Override
  public void warnOfBoxedVectors(long bytes) {
    if (JvmCompiler.now().problem().isEmpty()) {
      BoxedVectors.noticed(bytes);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int lanes() {
    return Lanes.COUNT;
  }

  @Override
  public Conv2dKernel conv2d(Conv2dGeometry geometry) {
    return switch (choice.apply(geometry)) {
      case DIRECT -> new DirectConv2d(geometry);
      case GEMM -> new GemmConv2d(geometry);
      case DEPTHWISE -> new DepthwiseConv2d(geometry);
      case WINOGRAD -> new WinogradConv2d(geometry);
    };
  }

  /**
   * As {@link #conv2d}, except that few channels are computed by gemm: unlike in a first layer, dx
   * is needed. 4x4 stride 2, 64 to 3, 32x32 takes 139 us an image by gemm, and 1684 directly.
   */
  @Override
  public Conv2dKernel transposedConv2d(Conv2dGeometry g) {
    boolean few = g.groups() == 1 && g.channels() <= IMAGE_CHANNELS;
    return few && choice.apply(g) == Conv2dAlgorithm.DIRECT ? new GemmConv2d(g) : conv2d(g);
  }

  private static boolean computes(Conv2dAlgorithm algorithm, Conv2dGeometry g) {
    return switch (algorithm) {
      case DIRECT, GEMM -> true;
      case DEPTHWISE -> DepthwiseConv2d.isDepthwise(g);
      case WINOGRAD -> WinogradConv2d.pays(g);
    };
  }

  static Conv2dAlgorithm algorithm(Conv2dGeometry g) {
    return WinogradConv2d.pays(g) ? Conv2dAlgorithm.WINOGRAD : plainAlgorithm(g);
  }

  /**
   * The algorithm for a geometry, without Winograd. Microseconds an image for y, dx and dw, and
   * their sum, on one thread of a Zen 4 with 512-bit vectors and the launcher's flags:
   *
   * <pre>
   *                                     direct                      gemm
   * 3x3 stride 2, 16 to 32, 32x32       23    32    24  =   79      27    37    29  =   93
   * 3x3 stride 2, 32 to 64, 16x16       22    24    25  =   71      23    27    30  =   80
   * 1x1 stride 2, 16 to 32, 32x32      3.4   5.3   3.0  =   12     4.3   7.0   5.3  =   17
   * 1x1, 256 to 256, 14x14             258   287   285  =  830     266   262   310  =  838
   * 1x1, 64 to 256, 56x56             1470  1175  1497  = 4141    1377  1213  1483  = 4073
   * 3x3, 64 to 64, 28x28               523   538   527  = 1588     579   662   619  = 1860
   * 3x3 dilation 2, 32 to 32, 16x16     43    46    44  =  133      53    68    59  =  180
   * 3x3 in 4 groups, 64 to 64, 16x16    60    66    62  =  187      98   129   109  =  336
   * 3x3 stride 2, 3 to 32, 64x64        24   113    27  =  164      30   144    36  =  210
   * </pre>
   *
   * The last row is a first layer, whose dx is not needed. Where weights are many, each band of a
   * direct convolution reads all of them. Of resnet50's four such layers at stride 2, the two of
   * the smallest maps took 1.08 and 1.12 times as long directly for one image, and the other two
   * 0.93 and 0.97; for eight images all took 0.84 to 0.94 (forward, one thread of an Intel Xeon
   * with 512-bit vectors, 2 December 2026). So the bound helps the latency of small maps only. The
   * shares of the weights within gemm gain nothing (decision 36). A depthwise convolution is 20 to
   * 60 times faster by its own algorithm than by gemm. With vectors of 256 bits the order is the
   * same, with smaller differences: 3x3, 64 to 64 takes 1911 and 1917 us.
   */
  static Conv2dAlgorithm plainAlgorithm(Conv2dGeometry g) {
    Window k = g.window();
    boolean pointwise = k.kernelHeight() == 1 && k.kernelWidth() == 1;
    if (g.groups() > 1) {
      return DepthwiseConv2d.isDepthwise(g) ? Conv2dAlgorithm.DEPTHWISE : Conv2dAlgorithm.DIRECT;
    }
    // A first layer: y and dw are faster directly, and its dx is not needed.
    if (g.channels() <= IMAGE_CHANNELS) {
      return Conv2dAlgorithm.DIRECT;
    }
    // Each band of a direct convolution reads all weights; gemm reads a share at a time.
    boolean heavy = (long) g.taps() * g.filters() > LARGEST_DIRECT;
    boolean matrix = pointwise && !DirectConv2d.isStrided(g);
    return matrix || heavy ? Conv2dAlgorithm.GEMM : Conv2dAlgorithm.DIRECT;
  }

  @Override
  public DenseKernel dense(DenseGeometry geometry) {
    return new PackedDense(geometry);
  }

  @Override
  public MaxPool2dKernel maxPool2d(Pool2dGeometry geometry) {
    return new VectorMaxPool2d(geometry);
  }

  @Override
  public AvgPool2dKernel avgPool2d(Pool2dGeometry geometry) {
    return new RowAvgPool2d(geometry);
  }

  @Override
  public BatchNorm2dKernel batchNorm2d(BatchNorm2dGeometry geometry) {
    return new VectorBatchNorm2d(geometry);
  }

  @Override
  public GroupNormKernel groupNorm(GroupNormGeometry geometry) {
    boolean rows = geometry.pixels() == 1 && geometry.groups() == 1;
    return rows ? new VectorLayerNorm(geometry) : new VectorGroupNorm(geometry);
  }

  @Override
  public UnaryKernel localResponseNorm(LocalResponseNormGeometry geometry) {
    return new VectorLocalResponseNorm(geometry);
  }

  @Override
  public UnaryKernel relu() {
    return new VectorRelu();
  }

  @Override
  public UnaryKernel activation(Activation activation) {
    return new VectorActivation(activation);
  }

  @Override
  public UnaryKernel softmax(int channels) {
    return new RowSoftmax(channels);
  }

  @Override
  public UpdateKernel update() {
    return new VectorUpdate();
  }

  @Override
  public void sum(float[] target, int at, float[] a, int aAt, float[] b, int bAt, int length) {
    Sums.add(target, at, a, aAt, b, bAt, length);
  }

  @Override
  public void product(
      float[] target, int at, float[] a, int aAt, float[] b, int bAt, int length, int period) {
    Products.product(target, at, a, aAt, b, bAt, length, period);
  }

  @Override
  public void addProducts(
      float[] sums, int at, float[] a, int aAt, float[] b, int bAt, int length, int period) {
    Products.addProducts(sums, at, a, aAt, b, bAt, length, period);
  }

  @Override
  public void activate(Activation f, float[] y, int at, int length, Scratch scratch, int worker) {
    Activations.apply(f, y, at, length, 1, length, scratch, worker);
  }

  @Override
  public void transpose(float[] y, int yAt, float[] x, int xAt, int rows, int columns) {
    if (!VectorTranspose.transposed(y, yAt, x, xAt, rows, columns)) {
      Kernels.super.transpose(y, yAt, x, xAt, rows, columns);
    }
  }

  @Override
  public double squares(float[] a, int from, int to) {
    return Squares.sum(a, from, to);
  }

  @Override
  public double peak(double seconds) {
    return FmaPeak.measure(seconds);
  }
}
