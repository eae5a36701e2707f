package io.fovea.data.show;

import io.fovea.dataset.Augmentation;
import io.fovea.dataset.Dataset;
import io.fovea.dataset.Image;
import java.util.ArrayList;
import java.util.List;

/**
 * A labelled sample sheet as lines for a terminal: one character covers two pixels, one above the
 * other, since characters are twice as high as wide.
 */
public final class TerminalSheet {
  private static final int GAP = 2;
  private static final int WIDEST = 28;
  private static final String SHADES = " .:-=+*#%@";

  private TerminalSheet() {}

  /** The capabilities of the terminal. */
  public enum Style {
    /** Half blocks in 24-bit colours, by ANSI escape sequences. */
    COLOUR,
    /** Half blocks in black and white, without escape sequences. */
    BLOCKS,
    /** Shades of plain ASCII characters. */
    ASCII
  }

  /**
   * Draws {@code count} images, fewer if the data set has fewer, as many in a row as fit.
   *
   * @param seed decides which images are drawn; the same as on a {@link SampleSheet} of that size
   * @param width the characters in a line
   * @throws IllegalArgumentException if count or width is below 1
   */
  public static String draw(Dataset dataset, int count, long seed, int width, Style style) {
    requireWidth(width);
    String title = dataset.name() + ": " + Samples.summary(dataset);
    return sheet(title, Samples.draw(dataset, count, seed), width, style);
  }

  /**
   * Draws some images, one a line: first unchanged, then augmented as in the epochs 1, 2 ... of a
   * run with this seed, as many as fit.
   *
   * @param rows how many images
   * @param seed decides which images are drawn, and how they are augmented
   * @param width the characters in a line
   * @throws IllegalArgumentException if rows or width is below 1, or the augmentation does not fit
   *     the images
   */
  public static String draw(
      Dataset dataset, Augmentation augmentation, int rows, long seed, int width, Style style) {
    requireWidth(width);
    int cell = Math.min(dataset.shape().size(2), Math.min(WIDEST, width));
    int columns = Math.max(1, (width + GAP) / (cell + GAP));
    return sheet(
        dataset.name() + ", augmented by " + augmentation.text(),
        AugmentedViews.draw(dataset, augmentation, rows, columns, seed),
        width,
        style);
  }

  private static void requireWidth(int width) {
    if (width < 1) {
      throw new IllegalArgumentException(
          "terminal sheet: expects a width of 1 or more, got " + width);
    }
  }

  private static String sheet(String title, List<Samples.Sample> chosen, int width, Style style) {
    List<Samples.Sample> samples =
        chosen.stream()
            .map(sample -> new Samples.Sample(fitted(sample.image(), width), sample.label()))
            .toList();
    int cell = samples.get(0).image().width();
    int columns = Math.max(1, (width + GAP) / (cell + GAP));
    StringBuilder text = new StringBuilder();
    text.append(title).append('\n');
    for (int from = 0; from < samples.size(); from += columns) {
      text.append('\n');
      row(text, samples.subList(from, Math.min(samples.size(), from + columns)), style);
    }
    return text.toString();
  }

  private static Image fitted(Image image, int width) {
    int wanted = Math.min(image.width(), Math.min(WIDEST, width));
    int height = Math.max(1, Math.round((float) image.height() * wanted / image.width()));
    return image.resized(height, wanted);
  }

  private static void row(StringBuilder text, List<Samples.Sample> samples, Style style) {
    int height = samples.get(0).image().height();
    for (int y = 0; y < height; y += 2) {
      List<String> parts = new ArrayList<>();
      for (Samples.Sample sample : samples) {
        parts.add(line(sample.image(), y, style));
      }
      appendLine(text, String.join(" ".repeat(GAP), parts));
    }
    StringBuilder labels = new StringBuilder();
    for (Samples.Sample sample : samples) {
      labels.append(centred(sample.label(), sample.image().width())).append(" ".repeat(GAP));
    }
    appendLine(text, labels.toString());
  }

  private static void appendLine(StringBuilder text, String line) {
    text.append(line.stripTrailing()).append('\n');
  }

  private static String centred(String label, int width) {
    String shown = label.length() > width ? label.substring(0, width) : label;
    int left = (width - shown.length()) / 2;
    return " ".repeat(left) + shown + " ".repeat(width - shown.length() - left);
  }

  private static String line(Image image, int y, Style style) {
    StringBuilder line = new StringBuilder();
    for (int x = 0; x < image.width(); x++) {
      int below = y + 1 < image.height() ? y + 1 : y;
      switch (style) {
        case COLOUR ->
            line.append("\u001b[38;2;")
                .append(colour(image, y, x))
                .append(";48;2;")
                .append(colour(image, below, x))
                .append("m▀");
        case BLOCKS -> line.append(block(grey(image, y, x) >= 128, grey(image, below, x) >= 128));
        case ASCII -> line.append(shade((grey(image, y, x) + grey(image, below, x)) / 2));
      }
    }
    return style == Style.COLOUR ? line + "\u001b[0m" : line.toString();
  }

  private static String colour(Image image, int y, int x) {
    int last = image.channels() - 1;
    return image.get(0, y, x)
        + ";"
        + image.get(Math.min(1, last), y, x)
        + ";"
        + image.get(last, y, x);
  }

  private static int grey(Image image, int y, int x) {
    if (image.channels() == 1) {
      return image.get(0, y, x);
    }
    return (299 * image.get(0, y, x) + 587 * image.get(1, y, x) + 114 * image.get(2, y, x)) / 1000;
  }

  private static char block(boolean upper, boolean lower) {
    if (upper) {
      return lower ? '█' : '▀';
    }
    return lower ? '▄' : ' ';
  }

  private static char shade(int grey) {
    return SHADES.charAt(grey * (SHADES.length() - 1) / 255);
  }
}
