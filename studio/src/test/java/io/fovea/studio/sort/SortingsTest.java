package io.fovea.studio.sort;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.data.Images;
import io.fovea.dataset.Image;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.tensor.Shape;
import io.fovea.transfer.Backbone;
import io.fovea.transfer.PhotoSorter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SortingsTest {
  @TempDir Path folder;

  private static Backbone untrained() {
    return Backbone.of(Network.of(Zoo.RESNET8.graph(Shape.of(1, 28, 28), 10), Initializer.he(), 1));
  }

  private static PhotoSorter opened(Sortings sortings, String name, Path photos) throws Exception {
    Sortings.Sorting sorting = sortings.open(name, photos);
    while (!sorting.isOpen()) {
      assertThat(sorting.failure()).isEmpty();
      Thread.sleep(10);
    }
    return sorting.sorter();
  }

  /** A folder's name on the pages depends on the others that the studio is started with. */
  @Test
  void open_underAnotherName_hasTheSameLabels() throws Exception {
    for (String set : List.of("Aa", "BB")) { // their texts have one hash code
      Files.createDirectories(folder.resolve(set));
      Images.write(Image.of(1, 28, 28, new byte[784]), folder.resolve(set).resolve("a.png"));
    }
    Path runs = folder.resolve("runs");
    try (Sortings first = new Sortings(runs, SortingsTest::untrained)) {
      opened(first, "photos", folder.resolve("Aa")).addClass("cat");
    }
    try (Sortings second = new Sortings(runs, SortingsTest::untrained)) {
      assertThat(opened(second, "photos-2", folder.resolve("Aa")).classes()).containsExactly("cat");
      assertThat(opened(second, "photos", folder.resolve("BB")).classes()).isEmpty();
    }
  }
}
