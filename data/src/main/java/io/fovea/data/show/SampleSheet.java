package io.fovea.data.show;

import io.fovea.data.base.DataException;
import io.fovea.data.picture.Desktop;
import io.fovea.dataset.Augmentation;
import io.fovea.dataset.Dataset;
import io.fovea.dataset.Image;
import java.util.List;

/**
 * A labelled sample sheet as a picture: some images of a data set in a grid, enlarged without
 * smoothing so that their pixels can be seen, the class below each, the data set's name above.
 * Works without a display.
 */
public final class SampleSheet {
  static final int CELL = 84;
  private static final int LARGEST_CELL = 192;

  private SampleSheet() {}

  /**
   * Draws a sheet of {@code rows * columns} images, fewer where the data set has fewer.
   *
   * @param seed decides which images are drawn
   * @throws IllegalArgumentException if rows or columns are not from 1 to 100
   * @throws DataException if this Java cannot draw text, for want of fonts
   */
  public static Image draw(Dataset dataset, int rows, int columns, long seed) throws DataException {
    requireSize(rows, columns);
    List<Cell> samples = Samples.draw(dataset, rows * columns, seed);
    return sheet(dataset.name(), Samples.summary(dataset), samples, columns);
  }

  /**
   * Draws a sheet with an image in each row: first unchanged, then augmented as in the epochs 1, 2,
   * 3 ... of a run with this seed, with its classes' shares where it is mixed (here with images of
   * the sheet). Fewer rows where the data set has fewer images.
   *
   * @param seed decides which images are drawn, and how they are augmented
   * @throws IllegalArgumentException if rows or columns are not from 1 to 100, or the augmentation
   *     does not fit the images
   * @throws DataException if this Java cannot draw text, for want of fonts
   */
  public static Image draw(
      Dataset dataset, Augmentation augmentation, int rows, int columns, long seed)
      throws DataException {
    requireSize(rows, columns);
    return sheet(
        dataset.name() + ", augmented",
        augmentation.text() + "; the first column is as it is",
        AugmentedViews.draw(dataset, augmentation, rows, columns, seed),
        columns);
  }

  /**
   * An image of a sheet.
   *
   * @param caption what is written below it
   */
  public record Cell(Image image, String caption) {}

  /**
   * Draws a sheet of given images, in their order.
   *
   * @param summary a line below the title
   * @param cells one or more
   * @throws IllegalArgumentException if there are no cells, or columns are not from 1 to 100
   * @throws DataException if this Java cannot draw text, for want of fonts
   */
  public static Image draw(String title, String summary, List<Cell> cells, int columns)
      throws DataException {
    requireSize(Math.min(cells.size(), 100), columns);
    return sheet(title, summary, cells, columns);
  }

  private static void requireSize(int rows, int columns) {
    if (Math.min(rows, columns) < 1 || Math.max(rows, columns) > 100) {
      throw new IllegalArgumentException(
          "sample sheet: expects 1 to 100 rows and columns, got " + rows + "x" + columns);
    }
  }

  private static Image sheet(String title, String summary, List<Cell> samples, int columns)
      throws DataException {
    if (!Desktop.IS_THERE) {
      throw new DataException(
          "sample sheet: its text is drawn by the module java.desktop, which this Java lacks; take a Java with it (jlink --add-modules java.desktop)");
    }
    List<Cell> large =
        samples.stream()
            .map(sample -> new Cell(enlarged(sample.image()), sample.caption()))
            .toList();
    try {
      return SheetDrawing.of(title, summary, large, columns);
    } catch (RuntimeException | LinkageError | InternalError e) {
      throw new DataException(
          "sample sheet: text cannot be drawn (%s); install a font, such as the packages fontconfig and fonts-dejavu-core"
              .formatted(e),
          e);
    }
  }

  /**
   * Enlarges by an integer factor, so that every pixel becomes a square; huge images are made
   * smaller.
   */
  private static Image enlarged(Image image) {
    int side = Math.max(image.width(), image.height());
    if (side > LARGEST_CELL) {
      double factor = (double) LARGEST_CELL / side;
      return image.resized(
          Math.max(1, (int) Math.round(image.height() * factor)),
          Math.max(1, (int) Math.round(image.width() * factor)));
    }
    int times = Math.max(1, Math.round((float) CELL / side));
    int channels = image.channels();
    int height = image.height() * times;
    int width = image.width() * times;
    byte[] pixels = new byte[height * width * channels];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < channels; c++) {
          pixels[(y * width + x) * channels + c] = (byte) image.get(c, y / times, x / times);
        }
      }
    }
    return Image.of(channels, height, width, pixels);
  }
}
