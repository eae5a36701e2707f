package io.fovea.serve.model;

import io.fovea.inference.Classifier;
import io.fovea.kernel.KernelSet;
import io.fovea.network.MemoryNeed;
import io.fovea.network.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.function.Consumer;

/** Models of a list of files, on the fastest kernels and warmed up. */
public final class ServedModels implements ModelSource {
  @FunctionalInterface
  public interface Listing {
    Map<String, NavigableMap<Integer, List<Path>>> files() throws IOException;
  }

  private final Listing listing;
  private final Reader reader;
  private final int threads;
  private final Consumer<String> report;
  private final int maxBatch;
  private final Map<Path, MemoryNeed> needs = new LinkedHashMap<>(); // of loaded models' files
  private volatile long heapMegabytes; // that all of them need

  @FunctionalInterface
  public interface Reader {
    Network read(Path file) throws IOException;
  }

  /** Models that compute up to {@code maxBatch} images at a time. */
  public ServedModels(
      Listing listing, Reader reader, int threads, int maxBatch, Consumer<String> report) {
    this.listing = listing;
    this.reader = reader;
    this.threads = threads;
    this.maxBatch = Math.max(2, maxBatch); // they are warmed up, which computes batches
    this.report = report;
  }

  @Override
  public Map<String, NavigableMap<Integer, List<Path>>> files() throws IOException {
    Map<String, NavigableMap<Integer, List<Path>>> files = listing.files();
    needs.keySet().retainAll(paths(files));
    return files;
  }

  private static List<Path> paths(Map<String, NavigableMap<Integer, List<Path>>> files) {
    return files.values().stream()
        .flatMap(versions -> versions.values().stream())
        .flatMap(List::stream)
        .toList();
  }

  /**
   * Each model has threads and workspaces of its own, which it keeps, so that all models may
   * compute at once: their needs are added.
   */
  @Override
  public Classifier load(Path file) throws IOException {
    Network network = reader.read(file);
    Map<Path, MemoryNeed> all = new LinkedHashMap<>(needs);
    all.remove(file);
    all.put(file, need(network));
    MemoryNeed sum = sum(all);
    long most = Runtime.getRuntime().maxMemory();
    if (sum.shortage(most).isPresent()) {
      readOthers(all);
      int others = all.size() - 1;
      throw new IOException(
          "%s%s: %s%s (batches of %d, %d threads)"
              .formatted(
                  file,
                  others == 0 ? "" : " and %d other models together".formatted(others),
                  sum(all).shortage(most).orElseThrow(),
                  others == 0 ? "" : ", or serve fewer models",
                  maxBatch,
                  threads));
    }
    Classifier classifier = Classifier.of(network, threads, KernelSet.fastest());
    needs.clear();
    needs.putAll(all);
    heapMegabytes = sum.heapMegabytes();
    return classifier;
  }

  private MemoryNeed need(Network network) {
    return Classifier.memory(network.graph(), threads, KernelSet.fastest(), maxBatch);
  }

  private static MemoryNeed sum(Map<Path, MemoryNeed> needs) {
    return needs.values().stream().reduce(MemoryNeed::and).orElseThrow();
  }

  /** Adds the models that were still to be loaded, so that the number to set is that of all. */
  private void readOthers(Map<Path, MemoryNeed> all) throws IOException {
    for (Path other : paths(listing.files())) {
      if (!all.containsKey(other)) {
        try {
          all.put(other, need(reader.read(other)));
        } catch (IOException | RuntimeException unreadable) {
          // it is refused by itself, once the others fit
        }
      }
    }
  }

  @Override
  public void warmUp(Classifier classifier) {
    classifier.warmUp();
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
