package io.fovea.cli.report;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * Small pictures of one size in a grid, in reading order, each enlarged by repeating its pixels,
 * with gaps on a transparent background.
 *
 * @param tiles the pictures, at least one
 * @param columns the number of pictures in a row
 * @param side the approximate longest side of an enlarged one
 * @param gap pixels between two
 */
record Sheet(List<BufferedImage> tiles, int columns, int side, int gap) {
  private static final Color FRAME = new Color(0x9AA4B0);

  Sheet {
    tiles = List.copyOf(tiles);
  }

  BufferedImage picture() {
    int longest = Math.max(tiles.getFirst().getWidth(), tiles.getFirst().getHeight());
    int times = Math.max(1, side / longest);
    int width = tiles.getFirst().getWidth() * times;
    int height = tiles.getFirst().getHeight() * times;
    int across = Math.min(columns, tiles.size());
    int rows = (tiles.size() + across - 1) / across;
    BufferedImage grid =
        new BufferedImage(
            across * (width + gap) - gap + 2,
            rows * (height + gap) - gap + 2,
            BufferedImage.TYPE_INT_ARGB);
    Graphics2D pen = grid.createGraphics(); // repeats pixels by default
    pen.setColor(FRAME);
    for (int t = 0; t < tiles.size(); t++) {
      int x = 1 + t % across * (width + gap);
      int y = 1 + t / across * (height + gap);
      pen.drawRect(x - 1, y - 1, width + 1, height + 1);
      pen.drawImage(tiles.get(t), x, y, width, height, null);
    }
    pen.dispose();
    return grid;
  }
}
