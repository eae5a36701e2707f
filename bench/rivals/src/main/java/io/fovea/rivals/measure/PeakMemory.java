package io.fovea.rivals.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The most memory that this process has had at once: Linux's VmHWM, with everything native. */
final class PeakMemory {
  private static final String KEY = "VmHWM:";
  private static final double KIB_IN_MB = 1024e-6;

  private PeakMemory() {}

  /** In millions of bytes. */
  static double megabytes() throws IOException {
    return megabytes(Files.readAllLines(Path.of("/proc/self/status")));
  }

  /** The same from the lines of proc(5)'s status file: {@code VmHWM: 123456 kB}. */
  static double megabytes(List<String> status) {
    return status.stream()
        .filter(line -> line.startsWith(KEY) && line.endsWith("kB"))
        .map(line -> line.substring(KEY.length(), line.length() - "kB".length()).strip())
        .mapToDouble(kib -> Long.parseLong(kib) * KIB_IN_MB)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("memory: no " + KEY + " in " + status));
  }
}
