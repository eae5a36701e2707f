package io.fovea.transfer;

import java.io.IOException;
import java.nio.file.Path;

/** The reader of a journal of sorting, for the fuzzer. */
public final class SortJournals {
  private SortJournals() {}

  /** Reads a journal. */
  public static void read(Path file) throws IOException {
    SortJournal.open(file).close();
  }
}
