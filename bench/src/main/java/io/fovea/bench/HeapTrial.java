package io.fovea.bench;

import io.fovea.format.onnx.Onnx;
import io.fovea.inference.Classifier;
import io.fovea.kernel.KernelSet;
import io.fovea.network.MemoryNeed;
import io.fovea.network.Network;
import io.fovea.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A small service under the heap that it was started with: loads an ONNX file, refuses a heap that
 * is too small as {@code fovea serve} does, and computes batches, alone and for several callers at
 * once. Arguments: the file, the batch, the threads.
 */
public final class HeapTrial {
  private static final int ROUNDS = 3;
  private static final int REFUSED = 3;

  private HeapTrial() {}

  public static void main(String[] arguments) throws Exception {
    Path file = Path.of(arguments[0]);
    int batch = Integer.parseInt(arguments[1]);
    int threads = Integer.parseInt(arguments[2]);
    try (Classifier classifier = classifier(Onnx.read(file), batch, threads);
        ExecutorService callers = Executors.newFixedThreadPool(threads + 1)) {
      Callable<Integer> call =
          () -> classifier.probabilities(Tensor.zeros(classifier.input(), batch)).size();
      for (int round = 0; round < ROUNDS; round++) {
        call.call();
        List<Callable<Integer>> together = new ArrayList<>();
        for (int i = 0; i <= threads; i++) {
          together.add(call);
        }
        for (var answer : callers.invokeAll(together)) {
          answer.get();
        }
      }
    }
    String status = Files.readString(Path.of("/proc/self/status"));
    System.out.printf("lives: peak %s%n", status.replaceAll("(?s).*VmHWM:\\s+(\\d+ kB).*", "$1"));
  }

  private static Classifier classifier(Network network, int batch, int threads) {
    MemoryNeed need = Classifier.memory(network.graph(), threads, KernelSet.fastest(), batch);
    Optional<String> shortage = need.shortage(Runtime.getRuntime().maxMemory());
    if (shortage.isPresent()) {
      System.out.println("refused: " + shortage.get());
      System.exit(REFUSED);
    }
    return Classifier.of(network, threads, KernelSet.fastest());
  }
}
