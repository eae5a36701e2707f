package io.fovea.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KernelCheckTest {
  @Test
  void of_allLanesOfTheProcessor_isWell() {
    for (int processorLanes : new int[] {16, 0}) {
      KernelCheck check = KernelCheck.of(KernelSet.VECTOR, 16, processorLanes);
      assertThat(check.problem()).isEmpty();
      assertThat(check.cure()).isEmpty();
    }
  }

  @Test
  void of_noVectorModule_namesTheFlag() {
    KernelCheck check = KernelCheck.of(KernelSet.REFERENCE, 1, 16);
    assertThat(check.problem())
        .isEqualTo("the slow reference kernels run: the Vector API's module is not there");
    assertThat(check.cure()).isEqualTo("start Java with --add-modules jdk.incubator.vector");
  }

  @Test
  void of_fewerLanesThanTheProcessor_namesTheFlagsThatCutThem() {
    KernelCheck check = KernelCheck.of(KernelSet.VECTOR, 8, 16);
    assertThat(check.problem())
        .isEqualTo("the JVM uses vectors of 8 floats, the processor has vectors of 16");
    assertThat(check.cure())
        .isEqualTo(
            "remove -XX:MaxVectorSize and -XX:UseAVX from the JVM's flags; where neither is given, try -XX:UseAVX=3");
    assertThat(KernelCheck.of(KernelSet.VECTOR, 4, 8).cure()).endsWith("try -XX:UseAVX=2");
  }

  @Test
  void of_noVectorsAtAll_namesProblemAndCure() {
    KernelCheck check = KernelCheck.of(KernelSet.VECTOR, 2, 0);
    assertThat(check.problem()).isEqualTo("this processor offers Java no vectors");
    assertThat(check.cure()).isNotEmpty();
  }

  @Test
  void now_thisJvm_hasTheFastestKernels() {
    KernelCheck check = KernelCheck.now();
    assertThat(check.kernels()).isEqualTo(KernelSet.fastest());
    assertThat(check.lanes()).isEqualTo(KernelSet.fastest().lanes());
  }
}
