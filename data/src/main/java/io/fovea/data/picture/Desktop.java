package io.fovea.data.picture;

/**
 * The module {@code java.desktop}: decodes formats besides PNG and JPEG, and draws text. A JDK has
 * it; an image of {@code jlink} only if it is asked for.
 */
public final class Desktop {
  public static final boolean IS_THERE = isThere();

  private Desktop() {}

  private static boolean isThere() {
    try {
      Class.forName("java.awt.image.BufferedImage", false, Desktop.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException absent) {
      return false;
    }
  }
}
