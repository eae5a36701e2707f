package io.fovea.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.kernel.vector.machine.JvmCompiler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelCheckTest {
  private static final JvmCompiler C2 =
      JvmCompiler.of("OpenJDK 64-Bit Server VM", "25.0.3+9-LTS", "mixed mode, sharing");

  @Test
  void of_allLanesOfTheProcessor_isWell() {
    for (int processorLanes : new int[] {16, 0}) {
      KernelCheck check = KernelCheck.of(KernelSet.VECTOR, 16, processorLanes, C2);
      assertThat(check.problem()).isEmpty();
      assertThat(check.cure()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          REFERENCE|1|16|the slow reference kernels run: the Vector API's module is not there|start Java with --add-modules jdk.incubator.vector
          VECTOR|8|16|the JVM uses vectors of 8 floats, the processor has vectors of 16|remove -XX:MaxVectorSize and -XX:UseAVX from the JVM's flags; where neither is given, try -XX:UseAVX=3
          VECTOR|4|8|the JVM uses vectors of 4 floats, the processor has vectors of 8|try -XX:UseAVX=2
          VECTOR|2|0|this processor offers Java no vectors|expect slow inference and training, or use another machine
          """)
  void of_fewerLanesThanTheProcessor_namesProblemAndCure(
      KernelSet kernels, int lanes, int processorLanes, String problem, String cure) {
    KernelCheck check = KernelCheck.of(kernels, lanes, processorLanes, C2);
    assertThat(check.problem()).isEqualTo(problem);
    assertThat(check.cure()).endsWith(cure);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          OpenJDK 64-Bit Server VM|25.0.3+9|mixed mode, emulated-client, sharing|the JVM compiles with C1 only, so vectors are objects and inference takes 75 times as long|-XX:TieredStopAtLevel
          OpenJDK 64-Bit Server VM|25.0.3+9|interpreted mode, sharing|the JVM interprets bytecode, so vectors are objects and inference takes a thousand times as long|remove -Xint
          Eclipse OpenJ9 VM|openj9-0.57.0|JRE 25|Eclipse OpenJ9 VM computes vectors as objects|Eclipse Temurin
          Java HotSpot(TM) 64-Bit Server VM|25+37-jvmci-b01|mixed mode, sharing|Graal's compiler runs (25+37-jvmci-b01), which computes vectors as objects|-XX:-UseJVMCICompiler
          """)
  void of_compilersWithoutVectors_areNamedWithTheCure(
      String name, String version, String info, String problem, String cure) {
    KernelCheck check =
        KernelCheck.of(KernelSet.VECTOR, 16, 16, JvmCompiler.of(name, version, info));
    assertThat(check.problem()).isEqualTo(problem);
    assertThat(check.cure()).contains(cure);
  }

  @Test
  void now_thisJvm_hasTheFastestKernels() {
    KernelCheck check = KernelCheck.now();
    assertThat(check.kernels()).isEqualTo(KernelSet.fastest());
    assertThat(check.lanes()).isEqualTo(KernelSet.fastest().lanes());
  }
}
