package io.fovea.data.jpeg;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Reads the entropy-coded bits of a scan up to the next marker (T.81, F.2.2.5), and blocks of
 * coefficients from them. The methods that read a block keep the bits in local variables.
 */
final class EntropyReader {
  /** By place in zigzag order (T.81, figure A.6), the place in a block of 8 rows of 8. */
  static final byte[] NATURAL = natural();

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private static final int SHIFT = 64 - HuffmanTable.LOOK;

  private final byte[] data;

  /** The next byte of the file. */
  private int position;

  /** The next bits, left-aligned. */
  private long buffer;

  /** How many bits {@code buffer} has. */
  private int bits;

  /** How many of the last of these are zeros that stand for data behind the end. */
  private int missing;

  /** Blocks, from the next on, that have no further coefficients in this band (T.81, G.1.2.2). */
  private int endOfBand;

  EntropyReader(byte[] data) {
    this.data = data;
  }

  /** 64 places, and 16 more for the runs of damaged files, which may lead beyond a block. */
  private static byte[] natural() {
    byte[] natural = new byte[80];
    int at = 0;
    for (int diagonal = 0; diagonal < 15; diagonal++) {
      for (int i = Math.max(0, diagonal - 7); i <= Math.min(diagonal, 7); i++) {
        int other = diagonal - i;
        natural[at++] = (byte) (diagonal % 2 == 0 ? other * 8 + i : i * 8 + other);
      }
    }
    Arrays.fill(natural, 64, 80, (byte) 63);
    return natural;
  }

  /** Begins a scan, or what follows a restart marker. */
  void start(int at) {
    position = at;
    buffer = 0;
    bits = 0;
    missing = 0;
    endOfBand = 0;
  }

  int position() {
    return position;
  }

  /**
   * The bits and more behind them, at least 32, which {@link #bits} then counts. Four bytes at once
   * if none is ff, which would be stuffed or begin a marker.
   */
  private long filled(long buffer, int bits) {
    int p = position;
    if (p <= data.length - 4) {
      int four = (int) INT.get(data, p);
      if ((four & (~four - 0x01010101) & 0x80808080) == 0) { // no byte ff
        position = p + 4;
        this.bits = bits + 32;
        return buffer | (four & 0xffffffffL) << (32 - bits);
      }
    }
    return filledByByte(buffer, bits);
  }

  private long filledByByte(long buffer, int bits) {
    for (; bits <= 56; bits += 8) {
      int next = 0;
      if (missing > 0 || position >= data.length) {
        missing += 8;
      } else if (data[position] != -1) {
        next = data[position++] & 0xff;
      } else {
        int after = position + 1;
        while (after < data.length && data[after] == -1) {
          after++; // fill bytes
        }
        if (after < data.length && data[after] == 0) {
          next = 0xff;
          position = after + 1;
        } else {
          missing += 8;
        }
      }
      buffer |= (long) next << (56 - bits);
    }
    this.bits = bits;
    return buffer;
  }

  /** Refuses data that ended before the last bits that were read. */
  void requireData() throws JpegException {
    if (bits < missing) {
      boolean isAtEnd = position + 1 >= data.length;
      throw isAtEnd
          ? JpegException.truncated()
          : JpegException.damaged("its coded pixels end too early");
    }
  }

  /** Finds the restart marker of a number, 0 to 7, and begins behind it (T.81, E.2.4). */
  void restart(int number) throws JpegException {
    requireData();
    int at = position;
    while (at + 1 < data.length && (data[at] != -1 || data[at + 1] == 0 || data[at + 1] == -1)) {
      at++;
    }
    if (at + 1 >= data.length) {
      throw JpegException.truncated();
    }
    if ((data[at + 1] & 0xff) != 0xd0 + number) {
      throw JpegException.damaged("restart marker %d is missing".formatted(number));
    }
    start(at + 2);
  }

  /** Passes over the rest of a scan. */
  void skip() {
    int at = position;
    while (at + 1 < data.length
        && (data[at] != -1
            || data[at + 1] == 0
            || data[at + 1] == -1
            || (data[at + 1] & 0xf8) == 0xd0)) {
      at++;
    }
    position = at;
  }

  /** Reads one bit. */
  int bit() {
    if (bits < 1) {
      buffer = filled(buffer, bits);
    }
    int bit = (int) (buffer >>> 63);
    buffer <<= 1;
    bits--;
    return bit;
  }

  /** Reads the difference of a DC coefficient to the one before (T.81, F.2.2.1). */
  int difference(HuffmanTable table) throws JpegException {
    if (bits < 32) {
      buffer = filled(buffer, bits);
    }
    int entry = table.look[(int) (buffer >>> SHIFT)];
    if ((entry & HuffmanTable.COMPLETE) != 0) {
      buffer <<= entry & 31;
      bits -= entry & 31;
      return entry >> 16;
    }
    int code =
        entry == 0
            ? table.longer((int) (buffer >>> 48))
            : ((entry & 31) << 8) | ((entry >> 8) & 0xff);
    int length = code >> 8;
    int size = code & 15;
    long rest = buffer << length;
    buffer = rest << size;
    bits -= length + size;
    return size == 0 ? 0 : HuffmanTable.extended((int) (rest >>> (64 - size)), size);
  }

  /**
   * Reads the coefficients from..to of a block, in a sequential scan (T.81, F.2.2.2) all but the
   * first, in a progressive one their upper bits (G.1.2.2).
   *
   * @param out the coefficients of all blocks in natural order, this one's at {@code at}
   * @param low how many lower bits of the coefficients come in later scans
   * @param isSequential whether the scan has no bands of several blocks
   * @return the place in zigzag order of the last coefficient that is not 0, or 0
   */
  int coefficients(
      HuffmanTable table, short[] out, int at, int from, int to, int low, boolean isSequential)
      throws JpegException {
    if (endOfBand > 0) {
      endOfBand--;
      return 0;
    }
    int[] look = table.look;
    long buffer = this.buffer;
    int bits = this.bits;
    int last = 0;
    int k = from;
    do {
      if (bits < 32) {
        buffer = filled(buffer, bits);
        bits = this.bits;
      }
      int entry = look[(int) (buffer >>> SHIFT)];
      int value = entry >> 16;
      int length = entry & 31;
      if (value != 0) {
        k += entry >> 12 & 15;
        buffer <<= length;
        bits -= length;
      } else {
        int symbol = entry >> 8 & 0xff;
        if (entry == 0) {
          int code = table.longer((int) (buffer >>> 48));
          length = code >> 8;
          symbol = code & 0xff;
        }
        buffer <<= length;
        bits -= length;
        int size = symbol & 15;
        int run = symbol >> 4;
        if (size == 0) {
          if (run == 15) {
            k += 16;
            continue;
          }
          if (isSequential && run > 0) {
            throw JpegException.damaged("an end of several blocks in a sequential scan");
          }
          endOfBand = (1 << run) - 1 + (int) (buffer >>> 1 >>> (63 - run));
          buffer <<= run;
          bits -= run;
          break;
        }
        k += run;
        value = HuffmanTable.extended((int) (buffer >>> (64 - size)), size);
        buffer <<= size;
        bits -= size;
      }
      out[at + NATURAL[k]] = (short) (value << low);
      last = k++;
    } while (k <= to);
    this.buffer = buffer;
    this.bits = bits;
    return Math.min(last, 63);
  }

  /**
   * Reads one more bit of the coefficients from..to of a block, and new ones among them (T.81,
   * G.1.2.3).
   *
   * @param low the place of that bit
   * @param last the place in zigzag order of the last coefficient that is not 0
   * @return the same afterwards
   */
  int refine(HuffmanTable table, short[] out, int at, int from, int to, int low, int last)
      throws JpegException {
    if (endOfBand > 0 && last < from) {
      endOfBand--;
      return last;
    }
    int plus = 1 << low;
    int minus = -1 << low;
    int k = from;
    boolean hasNew = endOfBand == 0;
    while (k <= (hasNew ? to : Math.min(to, last))) {
      int zeros = 64; // to pass before the next new coefficient: here, more than there are
      int value = 0;
      if (hasNew) {
        int symbol = symbol(table);
        zeros = symbol >> 4;
        if ((symbol & 15) != 0) {
          value = bit() == 1 ? plus : minus;
        } else if (zeros != 15) {
          endOfBand = (1 << zeros) + (int) (buffer >>> 1 >>> (63 - zeros));
          buffer <<= zeros;
          bits -= zeros;
          hasNew = false;
          zeros = 64;
        }
      }
      k = corrected(out, at, k, hasNew ? to : Math.min(to, last), zeros, plus);
      if (value != 0) {
        out[at + NATURAL[k]] = (short) value;
        last = Math.max(last, Math.min(k, 63));
      }
      k++;
    }
    if (!hasNew) {
      endOfBand--;
    }
    return last;
  }

  /** Reads a code alone, and leaves 16 bits or more behind it. */
  private int symbol(HuffmanTable table) throws JpegException {
    if (bits < 32) {
      buffer = filled(buffer, bits);
    }
    int entry = table.look[(int) (buffer >>> SHIFT)];
    int symbol = entry >> 8 & 0xff;
    int length = entry & 31;
    if (entry == 0) {
      int code = table.longer((int) (buffer >>> 48));
      length = code >> 8;
      symbol = code & 0xff;
    } else if ((entry & HuffmanTable.COMPLETE) != 0) {
      length -= symbol & 15; // the code without the value behind it
    }
    buffer <<= length;
    bits -= length;
    return symbol;
  }

  /**
   * Reads a bit for each coefficient k..to that is not 0, up to the one behind {@code zeros} others
   * that are.
   *
   * @param plus the bit in its place
   * @return the place of that one in zigzag order, or to + 1
   */
  private int corrected(short[] out, int at, int k, int to, int zeros, int plus) {
    long buffer = this.buffer;
    int bits = this.bits;
    for (; k <= to; k++) {
      int i = at + NATURAL[k];
      int old = out[i];
      if (old != 0) {
        if (bits < 1) {
          buffer = filled(buffer, bits);
          bits = this.bits;
        }
        if (buffer < 0 && (old & plus) == 0) {
          out[i] = (short) (old + (old > 0 ? plus : -plus));
        }
        buffer <<= 1;
        bits--;
      } else if (--zeros < 0) {
        break;
      }
    }
    this.buffer = buffer;
    this.bits = bits;
    return k;
  }
}
