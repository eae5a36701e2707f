package io.fovea.rivals.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The memory of this process as Linux counts it, with everything native, in millions of bytes. */
final class ProcessMemory {
  private static final String PEAK = "VmHWM:";
  private static final String RESIDENT = "VmRSS:";
  private static final double KIB_IN_MB = 1024e-6;

  private ProcessMemory() {}

  /** The most that it has had at once. */
  static double peak() throws IOException {
    return megabytes(PEAK, status());
  }

  /** What it has now. */
  static double resident() throws IOException {
    return megabytes(RESIDENT, status());
  }

  private static List<String> status() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status"));
  }

  /** A line of proc(5)'s status file: {@code VmHWM: 123456 kB}. */
  static double megabytes(String key, List<String> status) {
    return status.stream()
        .filter(line -> line.startsWith(key) && line.endsWith("kB"))
        .map(line -> line.substring(key.length(), line.length() - "kB".length()).strip())
        .mapToDouble(kib -> Long.parseLong(kib) * KIB_IN_MB)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("memory: no " + key + " in " + status));
  }
}
