package io.fovea.kernel.vector.microkernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fovea.kernel.vector.microkernel.CodeAudit.Loop;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No sum of a bundled kernel is kept on the stack, which would double the kernel's time. */
@Tag("gate")
final class SpilledSumsTest {
  /**
   * The machine's own vectors; 16 registers; the same as C2 schedules without regard to registers,
   * which it does of itself on some processors; and the registers and lanes of NEON.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-XX:UseAVX=2",
        "-XX:UseAVX=2 -XX:-OptoRegScheduling",
        "-XX:MaxVectorSize=16 -Dfovea.test.registers=32"
      })
  void bundledKernels_keepTheirSumsInRegisters(String flags) throws Exception {
    assumeTrue(CodeAudit.isPossible(), "needs objdump, of Debian's package binutils");
    Map<String, List<Loop>> kernels =
        CodeAudit.loops(flags.isEmpty() ? new String[0] : flags.split(" ", -1));
    assertThat(kernels).hasSizeGreaterThan(20);
    assertThat(kernels)
        .allSatisfy(
            (name, loops) -> {
              assertThat(loops).as(name).isNotEmpty();
              assertThat(loops).as(name).allSatisfy(loop -> assertThat(loop.spills()).isZero());
            });
  }
}
