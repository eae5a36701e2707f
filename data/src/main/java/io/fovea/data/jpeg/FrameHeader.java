package io.fovea.data.jpeg;

import java.util.List;

/**
 * A frame header (T.81, B.2.2).
 *
 * @param components the colour components, in their order
 */
record FrameHeader(int width, int height, boolean isProgressive, List<Sampling> components) {
  FrameHeader {
    components = List.copyOf(components);
  }

  /**
   * A colour component.
   *
   * @param h samples across for each MCU, in blocks of 8, 1 to 4
   * @param v the same downwards
   * @param quantisation the number of its quantisation table
   */
  record Sampling(int id, int h, int v, int quantisation) {}

  int maxH() {
    return components.stream().mapToInt(Sampling::h).max().orElse(1);
  }

  int maxV() {
    return components.stream().mapToInt(Sampling::v).max().orElse(1);
  }
}
