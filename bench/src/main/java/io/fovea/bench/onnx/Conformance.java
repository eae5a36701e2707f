package io.fovea.bench.onnx;

import io.fovea.format.FormatException;
import io.fovea.format.onnx.proto.ModelProto;
import io.fovea.parallel.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Runs conformance cases, each under a time limit, and counts: see bench/onnx/run. */
public final class Conformance {
  private static final int SECONDS = 300;

  private enum Outcome {
    PASS,
    FAIL,
    UNSUPPORTED
  }

  private final CountingRule rule;
  private final boolean failuresOnly;
  private final Map<Outcome, Integer> counted = new EnumMap<>(Outcome.class);
  private final Map<String, Map<Outcome, Integer>> excluded = new TreeMap<>();

  private Conformance(CountingRule rule, boolean failuresOnly) {
    this.rule = rule;
    this.failuresOnly = failuresOnly;
  }

  /**
   * Arguments: the list of operators, then folders; {@code --failures} prints only what counts and
   * does not pass. Exit code 1 if a case that counts fails.
   */
  public static void main(String[] arguments) throws IOException {
    List<String> folders = new ArrayList<>(List.of(arguments));
    boolean failuresOnly = folders.remove("--failures");
    Conformance conformance =
        new Conformance(CountingRule.read(Path.of(folders.removeFirst())), failuresOnly);
    for (String folder : folders) {
      for (ConformanceCase one : ConformanceCase.below(Path.of(folder))) {
        conformance.judge(one);
      }
    }
    System.exit(conformance.total() ? 0 : 1);
  }

  private void judge(ConformanceCase one) throws IOException {
    Optional<String> exclusion = exclusion(one.model());
    StringBuilder text = new StringBuilder();
    Outcome outcome = outcome(one, text);
    exclusion
        .map(reason -> excluded.computeIfAbsent(reason, r -> new EnumMap<>(Outcome.class)))
        .orElse(counted)
        .merge(outcome, 1, Integer::sum);
    if (!failuresOnly || (exclusion.isEmpty() && outcome != Outcome.PASS)) {
      System.out.printf(
          "%-11s %s%s%s%n",
          outcome,
          one.name(),
          exclusion.map(reason -> " (does not count: " + reason + ")").orElse(""),
          text.isEmpty() ? "" : ": " + text);
    }
  }

  private Optional<String> exclusion(Path model) throws IOException {
    return rule.exclusion(ModelProto.parseFrom(Files.readAllBytes(model)));
  }

  /** In a thread of its own, so that one that hangs is a failure and not the end. */
  private static Outcome outcome(ConformanceCase one, StringBuilder text) {
    ExecutorService thread =
        Executors.newSingleThreadExecutor(
            task -> Thread.ofPlatform().daemon().name("case").unstarted(task));
    try (Workers workers = Workers.available()) {
      Future<Optional<String>> answer = thread.submit(() -> one.run(workers));
      Optional<String> difference = answer.get(SECONDS, TimeUnit.SECONDS);
      difference.ifPresent(text::append);
      return difference.isEmpty() ? Outcome.PASS : Outcome.FAIL;
    } catch (TimeoutException hangs) {
      text.append("no answer within ").append(SECONDS).append(" seconds");
      return Outcome.FAIL;
    } catch (ExecutionException failure) {
      text.append(failure.getCause());
      return isUnsupported(failure.getCause()) ? Outcome.UNSUPPORTED : Outcome.FAIL;
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    } finally {
      thread.shutdownNow();
    }
  }

  /** An operator, a form of one, or an element type that Fovea has not. */
  private static boolean isUnsupported(@Nullable Throwable cause) {
    return cause instanceof UnsupportedOperationException
        || (cause instanceof FormatException
            && String.valueOf(cause.getMessage()).contains("has elements of"));
  }

  private boolean total() {
    System.out.println();
    System.out.println("counted: " + text(counted));
    int others = 0;
    for (Map.Entry<String, Map<Outcome, Integer>> entry : excluded.entrySet()) {
      System.out.println("not counted, " + entry.getKey() + ": " + text(entry.getValue()));
      others += entry.getValue().values().stream().mapToInt(Integer::intValue).sum();
    }
    System.out.println("not counted, in all: " + others);
    return !counted.containsKey(Outcome.FAIL);
  }

  private static String text(Map<Outcome, Integer> outcomes) {
    int all = outcomes.values().stream().mapToInt(Integer::intValue).sum();
    return "%d (pass %d, fail %d, unsupported %d)"
        .formatted(
            all,
            outcomes.getOrDefault(Outcome.PASS, 0),
            outcomes.getOrDefault(Outcome.FAIL, 0),
            outcomes.getOrDefault(Outcome.UNSUPPORTED, 0));
  }
}
