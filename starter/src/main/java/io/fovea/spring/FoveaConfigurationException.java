package io.fovea.spring;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A property {@code fovea.*} that cannot be used. */
public final class FoveaConfigurationException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final String cure;

  FoveaConfigurationException(String message, String cure) {
    this(message, cure, null);
  }

  FoveaConfigurationException(String message, String cure, @Nullable Throwable cause) {
    super(message, cause);
    this.cure = cure;
  }

  /** What to do about it. */
  public String cure() {
    return cure;
  }
}
