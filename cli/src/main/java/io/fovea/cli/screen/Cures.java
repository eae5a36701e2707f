package io.fovea.cli.screen;

import io.fovea.data.base.DataException;
import io.fovea.format.onnx.value.ImportRefusal;

/** What the command line calls the cures of the library's errors. */
public final class Cures {
  private Cures() {}

  /** The name of a failure's cure in brackets, to add to its message; empty if it has none. */
  public static String of(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ImportRefusal refused) {
        return " (%s)".formatted(name(refused.known()));
      }
      if (cause instanceof DataException error && error.known().isPresent()) {
        return " (%s)".formatted(name(error.known().get()));
      }
    }
    return "";
  }

  private static String name(DataException.Cure cure) {
    return switch (cure) {
      case SKIP_BROKEN -> "--skip-broken";
      case DATA_DIR -> "--data-dir DIR";
      case DOWNLOAD -> "fovea data fetch SET";
      case DOWNLOAD_WEIGHTS -> "fovea weights fetch NAME";
      case CLUSTER -> "fovea spark-train";
      case VALIDATION -> "--validation FRACTION";
    };
  }

  private static String name(ImportRefusal.Cure cure) {
    return switch (cure) {
      case INPUT_SHAPE -> "fovea import FILE --out MODEL --input-shape 3x224x224";
      case AS_IT_IS -> "fovea run";
    };
  }
}
