package io.fovea.data.show;

import io.fovea.data.base.DataException;
import io.fovea.data.picture.Pixels;
import io.fovea.dataset.Augmentation;
import io.fovea.dataset.Dataset;
import io.fovea.dataset.Image;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * A labelled sample sheet as a picture: some images of a data set in a grid, enlarged without
 * smoothing so that their pixels can be seen, the class below each, the data set's name above.
 * Works without a display.
 */
public final class SampleSheet {
  private static final int MARGIN = 24;
  private static final int GAP = 14;
  private static final int TITLE = 52;
  private static final int LABEL = 20;
  private static final int CELL = 84;
  private static final int LARGEST_CELL = 192;
  private static final int NARROWEST = 460;
  private static final Color PAPER = new Color(0xffffff);
  private static final Color INK = new Color(0x1f2933);
  private static final Color FAINT_INK = new Color(0x66727f);
  private static final Color FRAME = new Color(0xd5dbe1);

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
    List<Cell> large =
        samples.stream()
            .map(sample -> new Cell(enlarged(sample.image()), sample.caption()))
            .toList();
    try {
      return Pixels.of(picture(title, summary, large, columns));
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

  private static BufferedImage picture(
      String title, String summary, List<Cell> samples, int wantedColumns) {
    int columns = Math.min(wantedColumns, samples.size());
    int rows = (samples.size() + columns - 1) / columns;
    Image first = samples.get(0).image();
    int cellWidth = Math.max(first.width(), CELL);
    int cellHeight = first.height() + LABEL;
    int grid = columns * cellWidth + (columns - 1) * GAP;
    int width = Math.max(NARROWEST, 2 * MARGIN + grid);
    int height = MARGIN + TITLE + rows * cellHeight + (rows - 1) * GAP + MARGIN;
    BufferedImage sheet = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = sheet.createGraphics();
    try {
      pen.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      pen.setColor(PAPER);
      pen.fillRect(0, 0, width, height);
      title(pen, title, summary, width);
      for (int i = 0; i < samples.size(); i++) {
        int x = MARGIN + i % columns * (cellWidth + GAP);
        int y = MARGIN + TITLE + i / columns * (cellHeight + GAP);
        cell(pen, samples.get(i), x, y, cellWidth);
      }
    } finally {
      pen.dispose();
    }
    return sheet;
  }

  private static void title(Graphics2D pen, String title, String summary, int width) {
    pen.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 20));
    pen.setColor(INK);
    pen.drawString(fitted(title, pen.getFontMetrics(), width - 2 * MARGIN), MARGIN, 40);
    pen.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    pen.setColor(FAINT_INK);
    pen.drawString(fitted(summary, pen.getFontMetrics(), width - 2 * MARGIN), MARGIN, 60);
  }

  private static void cell(Graphics2D pen, Cell sample, int x, int y, int cellWidth) {
    Image image = sample.image();
    int left = x + (cellWidth - image.width()) / 2;
    pen.setColor(FRAME);
    pen.drawRect(left - 1, y - 1, image.width() + 1, image.height() + 1);
    pen.drawImage(Pixels.picture(image.withChannels(3)), left, y, null);
    pen.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    pen.setColor(INK);
    FontMetrics metrics = pen.getFontMetrics();
    String label = fitted(sample.caption(), metrics, cellWidth + GAP - 4);
    int middle = x + (cellWidth - metrics.stringWidth(label)) / 2;
    pen.drawString(label, middle, y + image.height() + 16);
  }

  private static String fitted(String text, FontMetrics metrics, int width) {
    if (metrics.stringWidth(text) <= width) {
      return text;
    }
    int length = text.length();
    while (length > 1 && metrics.stringWidth(text.substring(0, length) + "…") > width) {
      length--;
    }
    return text.substring(0, length).strip() + "…";
  }
}
