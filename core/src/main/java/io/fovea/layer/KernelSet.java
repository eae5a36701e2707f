package io.fovea.layer;

import io.fovea.kernel.Kernels;
import io.fovea.kernel.Packing;
import io.fovea.layer.workspace.KernelSets;
import io.fovea.tensor.Shape;
import java.util.List;
import java.util.Locale;

/** The sets of kernels that every network can run on. */
public enum KernelSet {
  /** The fast kernels, on the JDK's Vector API. */
  VECTOR,
  /**
   * The fast kernels without Winograd's convolution, whose rounding errors are larger than those of
   * a direct sum; about three times slower on 5x5 filters.
   */
  VECTOR_DIRECT,
  /** The executable specification: plain loops summing in double; many times slower. */
  REFERENCE;

  private static final System.Logger LOG = System.getLogger(KernelSet.class.getName());

  /**
   * The fastest set that can run here: {@link #VECTOR}, or {@link #REFERENCE} after one warning
   * where the JVM was started on the class path without the flag that adds the Vector API's module.
   */
  public static KernelSet fastest() {
    return Fastest.SET;
  }

  /** Determined once, so that the warning is printed once. */
  private static final class Fastest {
    static final KernelSet SET = choose();

    private static KernelSet choose() {
      if (vectorModuleIsThere()) {
        return VECTOR;
      }
      LOG.log(
          System.Logger.Level.WARNING,
          "fovea: the Vector API's module is not there, so the slow reference kernels run; start Java with %s"
              .formatted(KernelSets.FLAG));
      return REFERENCE;
    }
  }

  /** Whether this JVM was started with the Vector API's module. */
  public static boolean vectorModuleIsThere() {
    return ModuleLayer.boot().findModule(KernelSets.MODULE).isPresent();
  }

  /** The name as the command line and checkpoints know it: vector, vector-direct, reference. */
  public String title() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Vector width in floats, the only hardware property that may change rounding; 1 for the
   * reference.
   */
  public int lanes() {
    return kernels(false).lanes();
  }

  /**
   * The peak of this machine, in floating-point operations a second of one thread with this set's
   * kind of multiply-add, measured for about so many seconds.
   */
  public double peak(double seconds) {
    return kernels(false).peak(seconds);
  }

  /**
   * Values of a layer's parameter as this set's kernels store them, always a new array: padding is
   * zero.
   *
   * @param forInference whether to pack as the kernels for inference do, whose weights never change
   */
  public float[] pack(
      Layer layer, Parameter parameter, List<Shape> inputs, boolean forInference, float[] logical) {
    return packing(kernels(forInference), layer, parameter, inputs).pack(logical);
  }

  /** Whether {@link #pack} changes the order. */
  public boolean packs(Layer layer, Parameter parameter, List<Shape> inputs, boolean forInference) {
    return !packing(kernels(forInference), layer, parameter, inputs).isIdentity();
  }

  /** The logical values of what {@link #pack} stores, always a new array. */
  public float[] unpack(
      Layer layer, Parameter parameter, List<Shape> inputs, boolean forInference, float[] stored) {
    return packing(kernels(forInference), layer, parameter, inputs).unpack(stored);
  }

  private Kernels kernels(boolean forInference) {
    return forInference ? KernelSets.forInference(this) : KernelSets.kernels(this);
  }

  static Packing packing(Kernels kernels, Layer layer, Parameter parameter, List<Shape> inputs) {
    if (parameter.role() == Parameter.Role.WEIGHT) {
      if (layer instanceof Conv2d conv2d) {
        return kernels.conv2d(conv2d.geometry(inputs.getFirst())).packing();
      }
      if (layer instanceof ConvTranspose2d conv2d) {
        return kernels.transposedConv2d(conv2d.geometry(inputs.getFirst())).packing();
      }
      if (layer instanceof Dense dense) {
        return kernels.dense(dense.geometry(inputs.getFirst())).packing();
      }
    }
    if (layer instanceof LayerNorm) {
      return LayerNorm.packing(inputs.getFirst());
    }
    return Packing.rowMajor(parameter.shape().elements());
  }
}
