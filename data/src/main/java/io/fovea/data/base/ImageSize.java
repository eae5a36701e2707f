package io.fovea.data.base;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Width and height of images in pixels, written 64x48.
 *
 * @param width columns, 1 to 4096
 * @param height rows, 1 to 4096
 */
public record ImageSize(int width, int height) {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,6})[xX]([0-9]{1,6})");
  private static final int LARGEST = 4096;

  public ImageSize {
    if (Math.min(width, height) < 1 || Math.max(width, height) > LARGEST) {
      throw new IllegalArgumentException(
          "image size: expects width and height from 1 to 4096, got " + width + "x" + height);
    }
  }

  /**
   * Reads a size written as WIDTHxHEIGHT.
   *
   * @throws IllegalArgumentException if the text has another form, or a size is out of range
   */
  public static ImageSize parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "image size: expects WIDTHxHEIGHT such as 64x48, got \"" + text + "\"");
    }
    return new ImageSize(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  /** For example 64x48. */
  @Override
  public String toString() {
    return width + "x" + height;
  }
}
