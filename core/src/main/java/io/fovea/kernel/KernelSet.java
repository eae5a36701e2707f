package io.fovea.kernel;

import io.fovea.kernel.op.Kernels;
import io.fovea.kernel.reference.ReferenceKernels;
import io.fovea.kernel.vector.VectorKernels;
import io.fovea.kernel.vector.machine.JvmCompiler;
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

  private static final String MODULE = "jdk.incubator.vector";

  /** The flag that a JVM needs on the class path so that the fast kernels run. */
  static final String FLAG = "--add-modules " + MODULE;

  /**
   * The fastest set that can run here: {@link #VECTOR}, or {@link #REFERENCE} after one warning
   * where the JVM was started on the class path without the flag that adds the Vector API's module.
   * One warning also where the JVM's compiler makes objects of vectors, see {@link KernelCheck}.
   */
  public static KernelSet fastest() {
    return Fastest.SET;
  }

  /** Determined once, so that the warning is printed once. */
  private static final class Fastest {
    static final KernelSet SET = choose();

    private static KernelSet choose() {
      if (!vectorModuleIsThere()) {
        warn(
            "the Vector API's module is not there, so the slow reference kernels run; start Java with %s"
                .formatted(FLAG));
        return REFERENCE;
      }
      JvmCompiler compiler = JvmCompiler.now();
      if (!compiler.problem().isEmpty()) {
        warn(compiler.problem() + "; " + compiler.cure());
      }
      return VECTOR;
    }

    private static void warn(String text) {
      System.getLogger(KernelSet.class.getName())
          .log(System.Logger.Level.WARNING, "fovea: " + text);
    }
  }

  /** Whether this JVM was started with the Vector API's module. */
  public static boolean vectorModuleIsThere() {
    return ModuleLayer.boot().findModule(MODULE).isPresent();
  }

  /** The name as the command line and checkpoints know it: vector, vector-direct, reference. */
  public String title() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Vector width in floats, which does not change rounding; 1 for the reference. */
  public int lanes() {
    return kernels(false).lanes();
  }

  /**
   * The peak of this machine, in floating-point operations a second of one thread with this set's
   * kind of multiply-add, measured for about {@code seconds} seconds.
   */
  public double peak(double seconds) {
    return kernels(false).peak(seconds);
  }

  /**
   * The kernels themselves; their type is for this library only.
   *
   * @param forInference whether weights never change and batches are small
   * @throws IllegalStateException if they need the Vector API's module and it is not there
   */
  @SuppressWarnings("exports")
  public Kernels kernels(boolean forInference) {
    if (this == REFERENCE) {
      return new ReferenceKernels();
    }
    if (!vectorModuleIsThere()) {
      throw new IllegalStateException(
          "kernels: the vector kernels need the Vector API's module, which is not there; start Java with %s"
              .formatted(FLAG));
    }
    if (this == VECTOR_DIRECT) {
      return VectorKernels.direct();
    }
    return forInference ? VectorKernels.forInference() : new VectorKernels();
  }
}
