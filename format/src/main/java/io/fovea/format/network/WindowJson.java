package io.fovea.format.network;

import io.fovea.format.FormatException;
import io.fovea.format.json.JsonObject;
import io.fovea.tensor.Window;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/**
 * Reads and writes a window in JSON: kernel, stride, padding and dilation, as keys of its layer.
 * Without a stride, that of a pooling is its kernel, that of others 1.
 */
final class WindowJson {
  static final List<String> KEYS = List.of("kernel", "stride", "padding", "dilation");

  /** Keeps every sum and product of a window within an int. */
  static final int LARGEST = 32_767;

  static final String PADDING =
      "a whole number, a list of two (vertical, horizontal) or of four (top, left, bottom, right)";

  private WindowJson() {}

  /** Writes all of it; the dilation of a pooling, which came later, only where it is not 1. */
  static void write(JsonGenerator json, Window w, boolean isPooling) {
    writeWithoutDilation(json, w);
    if (!isPooling || w.dilationHeight() != 1 || w.dilationWidth() != 1) {
      writeDilation(json, w);
    }
  }

  static void writeWithoutDilation(JsonGenerator json, Window w) {
    write(json, "kernel", w.kernelHeight(), w.kernelWidth());
    write(json, "stride", w.strideHeight(), w.strideWidth());
    write(json, "padding", w.top(), w.left(), w.bottom(), w.right());
  }

  static void writeDilation(JsonGenerator json, Window w) {
    write(json, "dilation", w.dilationHeight(), w.dilationWidth());
  }

  static void write(JsonGenerator json, String key, int... numbers) {
    json.writeName(key);
    json.writeArray(numbers, 0, numbers.length);
  }

  static Window read(JsonObject node, boolean isPooling) throws FormatException {
    int[] kernel = pair(node, "kernel", 1, -1, -1);
    int[] stride = pair(node, "stride", 1, isPooling ? kernel[0] : 1, isPooling ? kernel[1] : 1);
    int[] dilation = pair(node, "dilation", 1, 1, 1);
    int[] sides = padding(node);
    return new Window(
        kernel[0],
        kernel[1],
        stride[0],
        stride[1],
        sides[0],
        sides[1],
        sides[2],
        sides[3],
        dilation[0],
        dilation[1]);
  }

  /** Height and width; negative as a default means that there is none. */
  static int[] pair(JsonObject node, String key, int least, int height, int width)
      throws FormatException {
    if (!node.has(key) && height >= 0) {
      return new int[] {height, width};
    }
    String expected = "a whole number, or a list of two (height, width)";
    int[] given = node.wholes(key, least, LARGEST, expected, 2);
    return given.length == 2 ? given : new int[] {given[0], given[0]};
  }

  /** Top, left, bottom and right. */
  static int[] padding(JsonObject node) throws FormatException {
    if (!node.has("padding")) {
      return new int[4];
    }
    int[] given = node.wholes("padding", 0, LARGEST, PADDING, 2, 4);
    return switch (given.length) {
      case 1 -> new int[] {given[0], given[0], given[0], given[0]};
      case 2 -> new int[] {given[0], given[1], given[0], given[1]};
      default -> given;
    };
  }
}
