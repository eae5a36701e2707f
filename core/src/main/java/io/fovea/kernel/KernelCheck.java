package io.fovea.kernel;

import io.fovea.kernel.vector.machine.JvmCompiler;
import io.fovea.kernel.vector.machine.Processor;
import io.fovea.kernel.vector.microkernel.BoxedVectors;

/**
 * Whether this JVM computes as fast as its processor allows, and the cure where it does not.
 *
 * @param kernels the kernels that run
 * @param lanes floats in one of their vectors; 1 for the reference
 * @param processorLanes floats in the longest vector that the processor says it has; 0 where it
 *     does not say (other systems than Linux). On ARM those of NEON: longer vectors of SVE are the
 *     JVM's choice and not judged
 * @param problem what is wrong; empty if nothing
 * @param cure what to do about it; empty if nothing is wrong
 */
public record KernelCheck(
    KernelSet kernels, int lanes, int processorLanes, String problem, String cure) {

  /** The check of this JVM. */
  public static KernelCheck now() {
    KernelSet kernels = KernelSet.fastest();
    KernelCheck check = of(kernels, kernels.lanes(), Processor.lanes(), JvmCompiler.now());
    String boxed = kernels == KernelSet.REFERENCE ? "" : BoxedVectors.problem();
    return !check.problem.isEmpty() || boxed.isEmpty()
        ? check
        : new KernelCheck(kernels, check.lanes, check.processorLanes, boxed, BoxedVectors.CURE);
  }

  static KernelCheck of(KernelSet kernels, int lanes, int processorLanes, JvmCompiler compiler) {
    String problem = "";
    String cure = "";
    if (kernels == KernelSet.REFERENCE) {
      problem = "the slow reference kernels run: the Vector API's module is not there";
      cure = "start Java with " + KernelSet.FLAG;
    } else if (!compiler.problem().isEmpty()) {
      problem = compiler.problem();
      cure = compiler.cure();
    } else if (lanes < processorLanes) {
      problem =
          "the JVM uses vectors of %d floats, the processor has vectors of %d"
              .formatted(lanes, processorLanes);
      cure =
          "remove -XX:MaxVectorSize and -XX:UseAVX from the JVM's flags; where neither is given, try -XX:UseAVX=%d"
              .formatted(processorLanes == 16 ? 3 : 2);
    } else if (lanes < 4) {
      problem = "this processor offers Java no vectors";
      cure = "expect slow inference and training, or use another machine";
    }
    return new KernelCheck(kernels, lanes, processorLanes, problem, cure);
  }
}
