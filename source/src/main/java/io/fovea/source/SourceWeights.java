package io.fovea.source;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;

/** The weights of a written class: its fields, how they are read, and the file with the numbers. */
final class SourceWeights {
  final StringBuilder fields = new StringBuilder();
  final StringBuilder reads = new StringBuilder();
  int count;
  private final List<Supplier<float[]>> values = new ArrayList<>();
  private final Set<String> names = new HashSet<>(SourceText.TAKEN);

  /** Declares rows of numbers, the last one a layer's biases; returns the expression for them. */
  String add(String name, String type, int rows, int length, List<Supplier<float[]>> numbers) {
    String free = (Character.isDigit(name.charAt(0)) ? "n" : "") + name.replace('-', '_');
    while (!names.add(free)) {
      free += "_";
    }
    boolean isLayer = type.equals("Layer");
    String read = isLayer ? "new Layer(in, %d, %d)" : "rows(in, %d, %d)";
    fields.append("    final %s %s;\n".formatted(type, free));
    reads.append(
        "      %s = %s;\n".formatted(free, read.formatted(isLayer ? rows - 1 : rows, length)));
    values.addAll(numbers);
    count += rows * length;
    return "p." + free;
  }

  /** Numbers as rows of a column for each output, which are stored output by output. */
  static float[] rows(float[] stored, int[] order) {
    int outputs = Math.max(1, stored.length / order.length);
    float[] rows = new float[outputs * order.length];
    for (int k = 0; k < rows.length; k++) {
      rows[k] = stored[k % outputs * order.length + order[k / outputs]];
    }
    return rows;
  }

  /** Writes how many there are, the numbers, and the CRC-32 of both, which is returned. */
  int write(OutputStream out) throws IOException {
    ByteBuffer four = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    CheckedOutputStream checked = new CheckedOutputStream(out, new CRC32());
    BufferedOutputStream buffered = new BufferedOutputStream(checked, 1 << 16);
    buffered.write(four.putInt(0, count).array());
    for (Supplier<float[]> each : values) {
      for (float value : each.get()) {
        buffered.write(four.putFloat(0, value).array());
      }
    }
    buffered.flush();
    int crc = (int) checked.getChecksum().getValue();
    out.write(four.putInt(0, crc).array());
    return crc;
  }
}
