package io.fovea.cluster;

import org.jspecify.annotations.Nullable;

/** A failure of training on a cluster; the message says why, and what to do. */
@SuppressWarnings("exports") // jspecify's annotations are not needed by users
public final class ClusterException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** An exception with a message of one line. */
  public ClusterException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
