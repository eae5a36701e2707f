package io.fovea.data.jpeg;

/**
 * A Huffman table (T.81, annex C and F.2.2.3). The next {@link #LOOK} bits of a file lead to an
 * entry of {@link #look}, which gives a code and, where they fit, the value behind it in one step.
 *
 * <p>An entry: bits 0 to 4, the bits to consume; bit 5, whether these include the value, which is
 * then in bits 16 to 31; bits 8 to 15, the symbol. 0 is the entry of all longer codes.
 */
final class HuffmanTable {
  /** With 10 bits, 4 KB a table, nearly all codes of photos are found at once. */
  static final int LOOK = 10;

  /** Set in entries that include the value. */
  static final int COMPLETE = 32;

  /** A table without codes. */
  static final HuffmanTable NONE = new HuffmanTable(new byte[0]);

  final int[] look = new int[1 << LOOK];

  /** By length: the first code that is too large for it, left-aligned in 16 bits. */
  private final int[] end = new int[17];

  /** By length: the index of a symbol minus its code. */
  private final int[] offset = new int[17];

  private final byte[] symbols;

  private HuffmanTable(byte[] symbols) {
    this.symbols = symbols;
  }

  /**
   * Makes a table.
   *
   * @param counts by length 1 to 16, how many codes have it
   * @param isDc whether the symbols are those of DC coefficients, 0 to 15
   */
  static HuffmanTable of(int[] counts, byte[] symbols, boolean isDc) throws JpegException {
    HuffmanTable table = new HuffmanTable(symbols);
    int code = 0;
    int index = 0;
    for (int length = 1; length <= 16; length++) {
      table.offset[length] = index - code;
      if (counts[length] > 0 && code + counts[length] >= 1 << length) { // all ones is reserved
        throw JpegException.damaged("a Huffman table of too many codes");
      }
      for (int i = 0; i < counts[length]; i++, index++, code++) {
        int symbol = symbols[index] & 0xff;
        if (isDc && symbol > 15) {
          throw JpegException.damaged("a Huffman table of impossible symbols");
        }
        if (length <= LOOK) {
          table.fill(code, length, symbol);
        }
      }
      table.end[length] = code << (16 - length);
      code <<= 1;
    }
    return table;
  }

  private void fill(int code, int length, int symbol) {
    int size = symbol & 15;
    int rest = LOOK - length;
    for (int i = 0; i < 1 << rest; i++) {
      int entry = symbol << 8 | length;
      if (size <= rest) {
        int value = size == 0 ? 0 : extended(i >> (rest - size), size);
        entry = value << 16 | symbol << 8 | COMPLETE | (length + size);
      }
      look[code << rest | i] = entry;
    }
  }

  /** The value that {@code size} additional bits stand for (T.81, F.2.2.1, EXTEND). */
  static int extended(int bits, int size) {
    return bits < 1 << (size - 1) ? bits - (1 << size) + 1 : bits;
  }

  /** Length and symbol, {@code length << 8 | symbol}, of a longer code by the next 16 bits. */
  int longer(int next) throws JpegException {
    for (int length = LOOK + 1; length <= 16; length++) {
      if (next < end[length]) {
        return length << 8 | (symbols[(next >> (16 - length)) + offset[length]] & 0xff);
      }
    }
    throw JpegException.damaged("a code that the Huffman table does not have");
  }
}
