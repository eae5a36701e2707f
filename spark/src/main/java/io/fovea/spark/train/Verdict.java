package io.fovea.spark.train;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a failed attempt means. */
final class Verdict {
  private Verdict() {}

  /**
   * The reason why the run is to be tried again. An executor that hangs is ended, so that another
   * can take its place.
   *
   * @throws SparkTrainException if trying again would be of no use
   */
  static String of(Throwable failure, List<Complaint> complaints, Course course, Slots slots) {
    Throwable listener = course.failure();
    if (listener instanceof RuntimeException exception) {
      throw exception;
    }
    if (listener instanceof Error error) {
      throw error;
    }
    Complaint fatal = first(complaints, Complaint.Kind.FATAL);
    if (fatal != null) {
      throw new SparkTrainException(fatal.text(), failure);
    }
    Complaint silent = first(complaints, Complaint.Kind.SILENT);
    if (silent != null) {
      slots.replace(silent.suspect());
      return silent.text();
    }
    Complaint failed = first(complaints, Complaint.Kind.FAILED);
    if (failed != null) {
      return failed.text();
    }
    return "a worker is lost: " + loss(failure);
  }

  private static @Nullable Complaint first(List<Complaint> complaints, Complaint.Kind kind) {
    return complaints.stream().filter(each -> each.kind() == kind).findFirst().orElse(null);
  }

  /** The line in which Spark says what became of the executor; the first where there is none. */
  private static String loss(Throwable failure) {
    List<String> lines = String.valueOf(failure.getMessage()).lines().toList();
    return lines.stream()
        .filter(line -> line.contains("ExecutorLostFailure"))
        .findFirst()
        .orElse(lines.isEmpty() ? "" : lines.getFirst());
  }
}
