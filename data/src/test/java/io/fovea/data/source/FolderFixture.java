package io.fovea.data.source;

import io.fovea.data.DataSets;
import io.fovea.data.Pictures;
import io.fovea.data.base.DataException;
import io.fovea.data.base.DataOptions;
import io.fovea.data.base.DataSplit;
import io.fovea.dataset.Dataset;
import io.fovea.dataset.Image;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;

/** A folder of images that a test makes and opens. */
abstract class FolderFixture {
  @TempDir Path folder;

  final DataSplit open() throws DataException {
    return open(DataOptions.standard());
  }

  final DataSplit open(DataOptions options) throws DataException {
    return DataSets.open(folder.toString(), options);
  }

  final void colour(String file, int width, int height, Color colour) throws IOException {
    Pictures.write(folder.resolve(file), Pictures.plain(width, height, colour), "png");
  }

  final void grey(String file, int value) throws IOException {
    byte[] pixels = new byte[4 * 3];
    Arrays.fill(pixels, (byte) value);
    Pictures.write(folder.resolve(file), Image.of(1, 3, 4, pixels));
  }

  static List<String> origins(Dataset dataset) {
    return IntStream.range(0, dataset.size()).mapToObj(dataset::origin).toList();
  }
}
