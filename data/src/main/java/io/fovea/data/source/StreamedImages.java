package io.fovea.data.source;

import io.fovea.data.base.DataException;
import io.fovea.data.picture.FileDecoder;
import io.fovea.data.picture.ImageEntry;
import io.fovea.dataset.Dataset;
import io.fovea.dataset.Framing;
import io.fovea.tensor.Shape;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Images that are read from their files on each access, by the calling thread, for sets that would
 * not fit into memory when decoded. A training run loads one batch ahead on its own threads, so
 * that memory holds two batches instead of the set.
 *
 * @param summaries those that have been asked for
 */
public record StreamedImages(
    LabelledFiles files, Shape shape, Framing framing, AtomicReferenceArray<double[]> summaries)
    implements Dataset {
  StreamedImages(LabelledFiles files, Shape shape, Framing framing) {
    this(files, shape, framing, new AtomicReferenceArray<>(files.entries().size()));
  }

  @Override
  public String name() {
    return files.name();
  }

  @Override
  public int size() {
    return files.entries().size();
  }

  @Override
  public List<String> classes() {
    return files.classes();
  }

  @Override
  public int label(int index) {
    return files.entries().get(index).label();
  }

  /**
   * Decodes the file.
   *
   * @throws UncheckedIOException if it can no longer be read; its cause is the DataException
   */
  @Override
  public void pixels(int index, float[] destination, int offset) {
    ImageEntry entry = files.entries().get(index);
    byte[] pixels;
    try {
      pixels = FileDecoder.decode(entry, shape, framing).pixels();
    } catch (DataException broken) {
      throw new UncheckedIOException(broken);
    }
    for (int i = 0; i < pixels.length; i++) {
      destination[offset + i] = pixels[i] & 0xff;
    }
  }

  /** Decodes the file when it is asked for the first time. */
  @Override
  public double[] summary(int index) {
    double[] summary = summaries.get(index);
    if (summary == null) {
      summary = Dataset.super.summary(index);
      summaries.set(index, summary);
    }
    return summary.clone();
  }

  @Override
  public boolean isSlow() {
    return true;
  }

  @Override
  public String origin(int index) {
    return files.entries().get(index).origin();
  }
}
