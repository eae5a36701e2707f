package io.fovea.data.show;

import io.fovea.data.picture.Pixels;
import io.fovea.dataset.Image;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;

/** Draws a {@link SampleSheet}; needs {@code java.desktop} for its text. */
final class SheetDrawing {
  private static final int MARGIN = 24;
  private static final int GAP = 14;
  private static final int TITLE = 52;
  private static final int LABEL = 20;
  private static final int NARROWEST = 460;
  private static final Color PAPER = new Color(0xffffff);
  private static final Color INK = new Color(0x1f2933);
  private static final Color FAINT_INK = new Color(0x66727f);
  private static final Color FRAME = new Color(0xd5dbe1);

  private SheetDrawing() {}

  static Image of(String title, String summary, List<SampleSheet.Cell> samples, int wantedColumns) {
    int columns = Math.min(wantedColumns, samples.size());
    int rows = (samples.size() + columns - 1) / columns;
    Image first = samples.get(0).image();
    int cellWidth = Math.max(first.width(), SampleSheet.CELL);
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
    return Pixels.of(sheet);
  }

  private static void title(Graphics2D pen, String title, String summary, int width) {
    pen.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 20));
    pen.setColor(INK);
    pen.drawString(fitted(title, pen.getFontMetrics(), width - 2 * MARGIN), MARGIN, 40);
    pen.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    pen.setColor(FAINT_INK);
    pen.drawString(fitted(summary, pen.getFontMetrics(), width - 2 * MARGIN), MARGIN, 60);
  }

  private static void cell(Graphics2D pen, SampleSheet.Cell sample, int x, int y, int cellWidth) {
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
