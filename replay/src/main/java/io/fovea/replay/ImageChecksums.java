package io.fovea.replay;

import io.fovea.dataset.Dataset;
import io.fovea.file.AtomicFile;
import io.fovea.run.RunFolder;
import io.fovea.train.step.Fingerprint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * A CRC-32C for each training image, of its pixels, label and shares of classes: images.crc32c in a
 * run's folder, 4 bytes an image, big-endian. By it a changed picture is found among thousands.
 */
public final class ImageChecksums {
  private ImageChecksums() {}

  /** Writes those of a run's images into its folder. */
  public static void write(Path run, Dataset train) throws IOException {
    int[] sums = Fingerprint.images(train);
    ByteBuffer bytes = ByteBuffer.allocate(sums.length * Integer.BYTES);
    bytes.asIntBuffer().put(sums);
    AtomicFile.write(run.resolve(RunFolder.CHECKSUMS), out -> out.write(bytes.array()));
  }

  static boolean isWhole(Path run, Dataset train) throws IOException {
    Path file = run.resolve(RunFolder.CHECKSUMS);
    return Files.isRegularFile(file) && Files.size(file) >= (long) train.size() * Integer.BYTES;
  }

  /** The first image that differs from that of the run; empty if none with a checksum does. */
  static OptionalInt firstDifference(Path run, Dataset train) throws IOException {
    Path file = run.resolve(RunFolder.CHECKSUMS);
    if (!Files.isRegularFile(file)) {
      return OptionalInt.empty();
    }
    int[] sums = Fingerprint.images(train);
    ByteBuffer bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = ByteBuffer.wrap(in.readNBytes(sums.length * Integer.BYTES));
    }
    for (int i = 0; i < sums.length && bytes.remaining() >= Integer.BYTES; i++) {
      if (bytes.getInt() != sums[i]) {
        return OptionalInt.of(i);
      }
    }
    return Files.size(file) > (long) sums.length * Integer.BYTES
        ? OptionalInt.of(sums.length)
        : OptionalInt.empty();
  }
}
