package io.fovea.optim;

import io.fovea.kernel.KernelSet;
import io.fovea.kernel.op.UpdateKernel;

/**
 * The fastest kernel of updates that this JVM can run. A network's own kernel set does not matter
 * here, since all kernels of updates give the same bits.
 */
final class FastUpdate {
  static final UpdateKernel KERNEL =
      (KernelSet.vectorModuleIsThere() ? KernelSet.VECTOR : KernelSet.REFERENCE)
          .kernels(false)
          .update();

  private FastUpdate() {}
}
