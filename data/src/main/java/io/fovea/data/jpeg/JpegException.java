package io.fovea.data.jpeg;

import java.io.Serial;

/** Why a JPEG cannot be decoded: what was found, and where. */
public final class JpegException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  private final boolean isDamage;

  private JpegException(String found, boolean isDamage) {
    super(found);
    this.isDamage = isDamage;
  }

  /** A file that breaks the rules of its format. */
  static JpegException damaged(String found) {
    return new JpegException(found, true);
  }

  /** A file that may be intact, of a kind that this decoder does not read. */
  static JpegException unsupported(String found) {
    return new JpegException(found, false);
  }

  /** A file that ends too early. */
  static JpegException truncated() {
    return damaged("its end marker EOI is missing");
  }

  /** The same with the place where it was found. */
  JpegException at(String place) {
    return new JpegException(place + ": " + getMessage(), isDamage);
  }

  /** Whether the file is damaged; otherwise it is of a kind that is not supported. */
  public boolean isDamage() {
    return isDamage;
  }
}
