package io.fovea.rivals.measure;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * Labelled images as bytes in memory, in the channel order that a side reads. Becoming floats is
 * part of every step and of its time, as in a real training run.
 *
 * @param channels values of one pixel
 * @param height rows of an image
 * @param width columns of an image
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record ImageSet(byte[] pixels, byte[] labels, int channels, int height, int width) {
  /** Where an image's channels lie: (C, H, W), as PyTorch and ONNX read, or last, as Fovea does. */
  public enum Order {
    FIRST,
    LAST
  }

  private static final float[] SCALED = new float[256];

  static {
    for (int pixel = 0; pixel < 256; pixel++) {
      SCALED[pixel] = pixel / 255f;
    }
  }

  /** Reads train-images and train-labels; images are (N, H, W) or (N, C, H, W) in the file. */
  public static ImageSet read(Path folder, Order order) throws IOException {
    ByteBuffer images = ByteBuffer.wrap(Files.readAllBytes(file(folder, "train-images")));
    ByteBuffer labels = ByteBuffer.wrap(Files.readAllBytes(file(folder, "train-labels")));
    int[] shape = shape(images);
    int[] count = shape(labels);
    boolean colour = shape.length == 4;
    int channels = colour ? shape[1] : 1;
    int height = shape[colour ? 2 : 1];
    int width = shape[colour ? 3 : 2];
    if (count.length != 1 || count[0] != shape[0]) {
      throw new IOException(
          "%s: images %s and labels %s differ in number"
              .formatted(folder, Arrays.toString(shape), Arrays.toString(count)));
    }
    byte[] pixels = new byte[images.remaining()];
    images.get(pixels);
    byte[] values = new byte[labels.remaining()];
    labels.get(values);
    if (order == Order.LAST && channels > 1) {
      pixels = channelsLast(pixels, channels, height * width);
    }
    return new ImageSet(pixels, values, channels, height, width);
  }

  private static Path file(Path folder, String beginning) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(beginning))
          .findFirst()
          .orElseThrow(() -> new IOException(folder + " holds no " + beginning + "*"));
    }
  }

  /** The dimensions of an IDX file of bytes; the buffer is left at its first value. */
  private static int[] shape(ByteBuffer file) throws IOException {
    int magic = file.getInt();
    if (magic >>> 8 != 8) {
      throw new IOException("not an IDX file of bytes: begins with " + Integer.toHexString(magic));
    }
    int[] shape = new int[magic & 0xff];
    for (int d = 0; d < shape.length; d++) {
      shape[d] = file.getInt();
    }
    return shape;
  }

  private static byte[] channelsLast(byte[] pixels, int channels, int area) {
    byte[] moved = new byte[pixels.length];
    int elements = channels * area;
    for (int i = 0; i < pixels.length; i++) {
      int image = i / elements;
      int channel = i % elements / area;
      moved[image * elements + i % area * channels + channel] = pixels[i];
    }
    return moved;
  }

  /** The number of images. */
  public int size() {
    return labels.length;
  }

  public int elements() {
    return channels * height * width;
  }

  public int label(int index) {
    return labels[index];
  }

  /** Writes an image's pixels, 0 to 255. */
  public void pixels(int index, float[] destination, int offset) {
    int elements = elements();
    int at = index * elements;
    for (int i = 0; i < elements; i++) {
      destination[offset + i] = pixels[at + i] & 0xff;
    }
  }

  /** Writes pixel/255 of the images order[from] to order[from + count - 1], one after another. */
  public void inputs(int[] order, int from, int count, float[] destination) {
    int elements = elements();
    for (int n = 0; n < count; n++) {
      int at = order[from + n] * elements;
      int offset = n * elements;
      for (int i = 0; i < elements; i++) {
        destination[offset + i] = SCALED[pixels[at + i] & 0xff];
      }
    }
  }
}
