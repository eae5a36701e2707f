package io.fovea.kernel.vector.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts as Linux and Windows give them. */
class ProcessorTest {
  @ParameterizedTest
  @CsvSource({
    "'processor\t: 0\nvendor_id\t: AuthenticAMD\ncpu family\t: 25\nmodel\t\t: 17\n', true",
    "'processor\t: 0\nvendor_id\t: AuthenticAMD\ncpu family\t: 26\nmodel\t\t: 68\n', false",
    "'processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 143\n', false",
    "'AMD64 Family 25 Model 97 Stepping 2, AuthenticAMD', true",
    "'Intel64 Family 6 Model 143 Stepping 8, GenuineIntel', false",
    "'CPU implementer : 0x41', false",
    "'AuthenticAMD Family 99999999999', false",
    "'', false"
  })
  void splitsVectors_ofZen4_andOfNoOther(String text, boolean expected) {
    assertThat(Processor.splitsVectors(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "'1024K\n', 1048576",
    "2048K, 2097152",
    "1280K, 1310720",
    "16K, 262144",
    "9999999K, 67108864",
    "99999999K, 1048576",
    "2M, 1048576",
    "'', 1048576"
  })
  void secondCache_ofASizeAsLinuxGivesIt_isInBytes(String text, int expected) {
    assertThat(Processor.secondCache(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "'model\t: 143\nflags\t\t: fpu sse4_2 avx avx2 avx512f avx512bw\nbugs\t: x\n', 16",
    "'flags\t\t: fpu sse4_2 avx avx2 avx512f\n', 8",
    "'flags\t\t: fpu sse4_2 avx fma\n', 4",
    "'Features\t: fp asimd sve\n', 4",
    "'flags\t\t: fpu sse2\n', 0",
    "'bugs\t: avx2\n', 0",
    "'', 0"
  })
  void lanes_ofFeaturesAsLinuxGivesThem_areFloats(String text, int expected) {
    assertThat(Processor.lanes(text)).isEqualTo(expected);
  }
}
