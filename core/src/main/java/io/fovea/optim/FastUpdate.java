package io.fovea.optim;

import io.fovea.kernel.UpdateKernel;
import io.fovea.layer.KernelSet;
import io.fovea.layer.workspace.KernelSets;

/**
 * The fastest kernel of updates that this JVM can run. A network's own kernel set does not matter
 * here, since all kernels of updates give the same bits.
 */
final class FastUpdate {
  static final UpdateKernel KERNEL =
      KernelSets.kernels(KernelSet.vectorModuleIsThere() ? KernelSet.VECTOR : KernelSet.REFERENCE)
          .update();

  private FastUpdate() {}
}
