package io.fovea.bench.scale;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Names of places in core: the innermost method, and the layer or step that called it. */
final class CallSite {
  private static final Set<String> CALLERS =
      Set.of("layer", "network", "train", "optim", "loss", "inference", "dataset");

  private CallSite() {}

  /** The place that called the loop which this thread is about to compute. */
  static String ofThisThread() {
    return StackWalker.getInstance()
        .walk(
            frames ->
                of(frames.map(frame -> new Frame(frame.getClassName(), frame.getMethodName()))));
  }

  /** The place that a thread has been found at. */
  static String of(StackTraceElement[] stack) {
    return of(
        Stream.of(stack).map(frame -> new Frame(frame.getClassName(), frame.getMethodName())));
  }

  private static String of(Stream<Frame> stack) {
    List<Frame> frames = stack.filter(Frame::isOfCore).toList();
    if (frames.isEmpty()) {
      return "outside core";
    }
    Frame inner = frames.getFirst();
    return frames.stream()
        .filter(Frame::isCaller)
        .findFirst()
        .filter(caller -> !caller.equals(inner))
        .map(caller -> caller.text() + ": " + inner.text())
        .orElse(inner.text());
  }

  private record Frame(String type, String method) {
    /** Threads' own classes say nothing of what they compute. */
    boolean isOfCore() {
      return type.startsWith("io.fovea.")
          && !type.startsWith("io.fovea.bench.")
          && !type.startsWith("io.fovea.parallel.")
          && !type.endsWith(".Resources");
    }

    boolean isCaller() {
      return CALLERS.contains(type.split("\\.", -1)[2]);
    }

    String text() {
      String name = method.startsWith("lambda$") ? method.split("\\$", -1)[1] : method;
      return type.substring(type.lastIndexOf('.') + 1).replace('$', '.') + "." + name;
    }
  }
}
