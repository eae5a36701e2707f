package io.fovea.data.png;

import java.io.IOException;
import java.io.Serial;

/** Why a file is no intact PNG: what was found and where, for the brackets of a message. */
public final class PngException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  PngException(String message) {
    super(message);
  }
}
