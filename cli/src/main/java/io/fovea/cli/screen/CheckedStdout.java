package io.fovea.cli.screen;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Standard output that remembers why it could not be written to: a print stream keeps silent, and
 * results would be lost with exit code 0.
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
   * Refuses to go on where results were lost. A reader that has seen enough and closed its pipe, as
   * {@code head} does, is no failure.
   */
  void requireWritten() {
    IOException failed = failure;
    if (failed != null && !String.valueOf(failed.getMessage()).contains("Broken pipe")) {
      throw new Failure(
          "cannot write the results to standard output (%s); give it a place that can be written"
              .formatted(failed.getMessage()),
          failed);
    }
  }
}
