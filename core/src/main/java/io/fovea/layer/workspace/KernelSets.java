package io.fovea.layer.workspace;

import io.fovea.kernel.Kernels;
import io.fovea.kernel.reference.ReferenceKernels;
import io.fovea.kernel.vector.VectorKernels;
import io.fovea.kernel.vector.machine.Processor;
import io.fovea.layer.KernelSet;

/** The kernels behind the names of {@link KernelSet}. */
public final class KernelSets {
  /** The Vector API's module. */
  public static final String MODULE = "jdk.incubator.vector";

  /** The flag that a JVM needs on the class path so that the fast kernels run. */
  public static final String FLAG = "--add-modules " + MODULE;

  private KernelSets() {}

  /**
   * The kernels of a set.
   *
   * @throws IllegalStateException if they need the Vector API's module and it is not there
   */
  public static Kernels kernels(KernelSet set) {
    if (set == KernelSet.REFERENCE) {
      return new ReferenceKernels();
    }
    if (!KernelSet.vectorModuleIsThere()) {
      throw new IllegalStateException(
          "kernels: the vector kernels need the Vector API's module, which is not there; start Java with %s"
              .formatted(FLAG));
    }
    return set == KernelSet.VECTOR ? new VectorKernels() : VectorKernels.direct();
  }

  /** The kernels of a set for inference: weights never change, and batches are small. */
  public static Kernels forInference(KernelSet set) {
    return set == KernelSet.VECTOR && KernelSet.vectorModuleIsThere()
        ? VectorKernels.forInference()
        : kernels(set);
  }

  /** Floats in the longest vector that the processor says it has; 0 where it does not say. */
  public static int processorLanes() {
    return Processor.lanes();
  }
}
