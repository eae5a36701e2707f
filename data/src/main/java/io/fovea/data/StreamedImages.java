package io.fovea.data;

import io.fovea.dataset.Dataset;
import io.fovea.dataset.Framing;
import io.fovea.tensor.Shape;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Images that are read from their files on each access, by the calling thread, for sets that would
 * not fit into memory when decoded. A training run loads one batch ahead on its own threads, so
 * that memory holds two batches instead of the set.
 */
record StreamedImages(LabelledFiles files, Shape shape, Framing framing) implements Dataset {
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

  @Override
  public boolean isSlow() {
    return true;
  }

  @Override
  public String origin(int index) {
    return files.entries().get(index).origin();
  }
}
