package io.fovea.format.torch;

import io.fovea.layer.Parameter;
import io.fovea.network.Graph;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** The values of src/test/resources/pytorch/values.py, bit for bit. */
final class FormulaValues {
  private FormulaValues() {}

  /** splitmix64 of the name's checksum and the index, the upper 24 bits: from 0 to below 1. */
  static double uniform(String name, int index) {
    CRC32 crc = new CRC32();
    crc.update(name.getBytes(StandardCharsets.UTF_8));
    return uniform(crc.getValue(), index);
  }

  private static double uniform(long crc, int index) {
    long z = (crc << 32) + index + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    z ^= z >>> 31;
    return (z >>> 40) / (double) (1 << 24);
  }

  /** Pictures for {@code images}. */
  static float[] images(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (2 * uniform("input", i) - 1);
    }
    return values;
  }

  /**
   * The values of one tensor.
   *
   * @param name PyTorch's
   */
  static float[] of(String name, Graph.Weight weight) {
    Parameter parameter = weight.parameter();
    CRC32 crc = new CRC32();
    crc.update(name.getBytes(StandardCharsets.UTF_8));
    float[] values = new float[parameter.shape().elements()];
    double bound = Math.sqrt(6.0 / parameter.fanIn());
    for (int i = 0; i < values.length; i++) {
      double u = uniform(crc.getValue(), i);
      values[i] =
          (float)
              switch (parameter.role()) {
                case WEIGHT -> (2 * u - 1) * bound;
                case SCALE, VARIANCE -> u + 0.5;
                case COUNT -> 100;
                default -> (u - 0.5) / 4;
              };
    }
    return values;
  }
}
