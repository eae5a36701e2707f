package io.fovea.rivals.compare;

import io.fovea.rivals.measure.Action;
import io.fovea.rivals.measure.MeasurementSettings;
import io.fovea.rivals.sides.DjlSide;
import io.fovea.rivals.sides.FoveaSide;
import io.fovea.rivals.sides.OnnxRuntimeSide;
import io.fovea.rivals.sides.TensorFlowSide;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The libraries, and how a process of each is started so that it does its best. */
enum Participant {
  FOVEA("Fovea") {
    @Override
    boolean takesPart(Action action) {
      return true;
    }

    @Override
    List<String> command(Installation installation) {
      // The flags of the launcher, fovea.
      return installation.java(
          FoveaSide.class, foveaFlags("-Xmn48m", "-XX:+UseTransparentHugePages"));
    }

    @Override
    List<String> command(Installation installation, MeasurementSettings settings)
        throws UnableException {
      if (!settings.action().readsFiles()) {
        return command(installation);
      }
      // The flags for a service, docs/production.md.
      long megabytes = 70 + settings.data().toFile().length() * 5 / 2_000_000;
      return installation.java(
          FoveaSide.class,
          foveaFlags(
              "-Xmn16m",
              "-Xms32m",
              "-Xmx" + megabytes + "m",
              "-XX:MinHeapFreeRatio=5",
              "-XX:MaxHeapFreeRatio=10",
              "-XX:-ShrinkHeapInSteps",
              "-XX:+UseTransparentHugePages"));
    }
  },
  FOVEA_BATCHING("Fovea, batching") {
    @Override
    boolean takesPart(Action action) {
      return action == Action.LOAD;
    }

    @Override
    List<String> command(Installation installation) {
      return installation.java(
          FoveaSide.class,
          "--add-modules",
          "jdk.incubator.vector",
          "-XX:+UseParallelGC",
          "-Drivals.batching=true");
    }
  },
  DJL("DJL") {
    @Override
    List<String> command(Installation installation) {
      return installation.java(
          DjlSide.class,
          NATIVE_ACCESS,
          "-XX:+UseParallelGC",
          "-Dai.djl.pytorch.num_threads=" + MeasurementSettings.THREADS,
          "-Dai.djl.pytorch.num_interop_threads=1",
          "-Dai.djl.offline=true",
          "-DDJL_CACHE_DIR=" + installation.cache("djl"));
    }
  },
  TENSORFLOW("TensorFlow") {
    @Override
    List<String> command(Installation installation) {
      return installation.java(
          TensorFlowSide.class,
          NATIVE_ACCESS,
          UNSAFE_ACCESS,
          "-XX:+UseParallelGC",
          "-Dorg.bytedeco.javacpp.cachedir=" + installation.cache("javacpp"));
    }
  },
  PYTORCH("PyTorch") {
    @Override
    List<String> command(Installation installation) throws UnableException {
      return installation.python("torch_train.py");
    }
  },
  ONNXRUNTIME("ONNX Runtime") {
    @Override
    boolean takesPart(Action action) {
      return !action.trains();
    }

    @Override
    List<String> command(Installation installation) {
      // The vector module: this side asks Fovea for the answers that it must give.
      return installation.java(
          OnnxRuntimeSide.class,
          NATIVE_ACCESS,
          "-XX:+UseParallelGC",
          "--add-modules",
          "jdk.incubator.vector");
    }
  },
  ONNXRUNTIME_ALONE("ONNX Runtime, a thread a call") {
    @Override
    boolean takesPart(Action action) {
      return action == Action.LOAD;
    }

    @Override
    List<String> command(Installation installation) {
      return installation.java(
          OnnxRuntimeSide.class,
          NATIVE_ACCESS,
          "-XX:+UseParallelGC",
          "--add-modules",
          "jdk.incubator.vector",
          "-Drivals.intra=1");
    }
  };

  private static String[] foveaFlags(String... memory) {
    List<String> flags =
        new ArrayList<>(
            List.of(
                "--add-modules",
                "jdk.incubator.vector",
                "-XX:+UseSerialGC",
                "-XX:ObjectAlignmentInBytes=64",
                "-XX:-UseFPUForSpilling"));
    flags.addAll(List.of(memory));
    return flags.toArray(String[]::new);
  }

  static final String NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED";
  private static final String UNSAFE_ACCESS = "--sun-misc-unsafe-memory-access=allow";

  private final String title;

  Participant(String title) {
    this.title = title;
  }

  /** How tables call it. */
  String title() {
    return title;
  }

  /** The name on the command line. */
  String option() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether it has a part in a kind of measurement. */
  boolean takesPart(Action action) {
    return action.trains();
  }

  /** What starts it, without the settings. */
  abstract List<String> command(Installation installation) throws UnableException;

  /** What starts it for these settings, without them. */
  List<String> command(Installation installation, MeasurementSettings settings)
      throws UnableException {
    return command(installation);
  }
}
