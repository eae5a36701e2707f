package io.fovea.data.jpeg;

import java.util.List;

/**
 * A scan header (T.81, B.2.3).
 *
 * @param ids the components of the scan
 * @param dcTables the number of each one's Huffman table of DC coefficients
 * @param acTables the same of AC coefficients
 * @param from the first coefficient in zigzag order
 * @param to the last one
 * @param high the lowest bit of the coefficients that scans before this one gave, or 0
 * @param low the lowest bit that this scan gives
 * @param end the place of the coded bits in the file
 */
record ScanHeader(
    List<Integer> ids,
    List<Integer> dcTables,
    List<Integer> acTables,
    int from,
    int to,
    int high,
    int low,
    int end) {
  ScanHeader {
    ids = List.copyOf(ids);
    dcTables = List.copyOf(dcTables);
    acTables = List.copyOf(acTables);
  }

  /** Refuses parameters that T.81, table B.3, and G.1.1.1 do not allow. */
  void requireProgression() throws JpegException {
    boolean isBand = from == 0 ? to == 0 : from <= to && to <= 63 && ids.size() == 1;
    if (!isBand || low > 13 || (high != 0 && low != high - 1)) {
      throw JpegException.damaged(
          "a progressive scan of impossible parameters %d to %d, %d to %d"
              .formatted(from, to, high, low));
    }
  }
}
