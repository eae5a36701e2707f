package io.fovea.cli.screen;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Standard output that keeps the exception of a failed write: a print stream hides it, and results
 * would be lost with exit code 0.
 */
final class CheckedStdout extends FilterOutputStream {
  private volatile @Nullable IOException failure;

  CheckedStdout(OutputStream to) {
    super(to);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    try {
      out.write(bytes, from, count);
    } catch (IOException failed) {
      failure = failed;
      throw failed;
    }
  }

  /**
   * Throws if results were lost. A reader that closes its pipe early, such as {@code head}, is no
   * failure.
   */
  void requireWritten() {
    IOException failed = failure;
    if (failed != null && !String.valueOf(failed.getMessage()).contains("Broken pipe")) {
      throw new Failure(
          "cannot write the results to standard output (%s); redirect it to a writable file"
              .formatted(failed.getMessage()),
          failed);
    }
  }
}
