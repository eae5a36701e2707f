package io.fovea.spring;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** An invalid property {@code fovea.*}. */
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

  public String cure() {
    return cure;
  }
}
