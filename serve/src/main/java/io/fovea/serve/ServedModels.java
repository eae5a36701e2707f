package io.fovea.serve;

import io.fovea.inference.Classifier;
import io.fovea.kernel.KernelSet;
import io.fovea.network.MemoryNeed;
import io.fovea.network.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.function.Consumer;

/** Models of a list of files, on the fastest kernels and warmed up. */
final class ServedModels implements ModelSource {
  private static final Duration FIRST_WARM_UP = Duration.ofSeconds(2);

  /** The JVM has compiled most of the code of inference for the first model. */
  private static final Duration NEXT_WARM_UP = Duration.ofMillis(500);

  /** The list of all models' files, by name and version. */
  @FunctionalInterface
  interface Listing {
    Map<String, NavigableMap<Integer, List<Path>>> files() throws IOException;
  }

  private final Listing listing;
  private final ModelReader reader;
  private final int threads;
  private final Consumer<String> report;
  private final int maxBatch;
  private volatile long heapMegabytes; // that the largest model needs
  private boolean warm; // models are loaded one by one

  /** Models that compute up to {@code maxBatch} images at a time. */
  ServedModels(
      Listing listing, ModelReader reader, int threads, int maxBatch, Consumer<String> report) {
    this.listing = listing;
    this.reader = reader;
    this.threads = threads;
    this.maxBatch = Math.max(2, maxBatch); // they are warmed up, which computes batches
    this.report = report;
  }

  @Override
  public Map<String, NavigableMap<Integer, List<Path>>> files() throws IOException {
    return listing.files();
  }

  @Override
  public Classifier load(Path file) throws IOException {
    Network network = reader.read(file);
    MemoryNeed need = Classifier.memory(network.graph(), threads, KernelSet.fastest(), maxBatch);
    Optional<String> shortage = need.shortage(Runtime.getRuntime().maxMemory());
    if (shortage.isPresent()) {
      throw new IOException(
          "%s: %s (batches of %d, %d threads)".formatted(file, shortage.get(), maxBatch, threads));
    }
    heapMegabytes = Math.max(heapMegabytes, need.heapMegabytes());
    return Classifier.of(network, threads, KernelSet.fastest());
  }

  @Override
  public void warmUp(Classifier classifier) {
    classifier.warmUp(warm ? NEXT_WARM_UP : FIRST_WARM_UP);
    warm = true;
  }

  @Override
  public long heapMegabytes() {
    return heapMegabytes;
  }

  @Override
  public void report(String line) {
    report.accept(line);
  }
}
