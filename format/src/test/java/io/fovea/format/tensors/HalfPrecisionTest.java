package io.fovea.format.tensors;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.format.Fitting;
import io.fovea.format.WeightsFile;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tensors of 16 bits: every one of their values is a float. */
class HalfPrecisionTest {
  private static final int PATTERNS = 1 << 16;

  @TempDir Path folder;

  /** A tensor of all bit patterns in their order. */
  private float[] all(String type) throws IOException {
    byte[] data = new byte[2 * PATTERNS];
    for (int i = 0; i < PATTERNS; i++) {
      RawFile.little(data).putShort(2 * i, (short) i);
    }
    String header =
        "{\"w\":{\"dtype\":\"%s\",\"shape\":[65536],\"data_offsets\":[0,131072]}}".formatted(type);
    return WeightsFile.read(RawFile.write(folder, header, data)).values("w");
  }

  /** IEEE 754 binary16: 1 sign, 5 bits of exponent with bias 15, 10 bits of fraction. */
  private static double binary16(int bits) {
    int exponent = bits >> 10 & 31;
    int fraction = bits & 1023;
    double size =
        switch (exponent) {
          case 0 -> fraction * 0x1p-24;
          case 31 -> fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
          default -> (1 + fraction / 1024.0) * Math.pow(2, exponent - 15);
        };
    return bits < 0x8000 ? size : -size;
  }

  @Test
  void read_everyF16_isExact() throws IOException {
    float[] values = all("F16");

    for (int i = 0; i < PATTERNS; i++) {
      int expected = Float.floatToIntBits(Float.float16ToFloat((short) i));
      assertThat(Float.floatToIntBits(values[i])).isEqualTo(expected);
      assertThat(Double.compare(values[i], binary16(i))).isZero();
    }
  }

  @Test
  void read_everyBf16_isTheUpperHalfOfAFloat() throws IOException {
    float[] values = all("BF16");

    for (int i = 0; i < PATTERNS; i++) {
      int expected = Float.floatToIntBits(Float.intBitsToFloat(i << 16));
      assertThat(Float.floatToIntBits(values[i])).isEqualTo(expected);
    }
  }

  /** 0x3c00 is 1 as F16, 0xc020 is -2.5 as BF16. */
  @Test
  void fit_halves_areWeights() throws IOException {
    Graph graph = Network.input(1, 1, 1).flatten().dense(1).graph();
    String header =
        """
        {"dense1.weight":{"dtype":"F16","shape":[1,1],"data_offsets":[0,2]},\
        "dense1.bias":{"dtype":"BF16","shape":[1],"data_offsets":[2,4]}}""";
    Path file = RawFile.write(folder, header, new byte[] {0, 0x3c, 0x20, (byte) 0xc0});

    Weights fitted =
        WeightsFile.read(file)
            .fit(graph, Weights.initial(graph, Initializer.he(), 1), Fitting.exact());

    assertThat(fitted.values("dense1.weight")).containsExactly(1);
    assertThat(fitted.values("dense1.bias")).containsExactly(-2.5f);
  }
}
