package io.fovea.fuzz;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** What Jazzer calls; the target's name is an argument. */
public final class Fuzzed {
  /** The longest input has 16 kB; the ONNX interpreter may use 32 MB for values. */
  private static final long MOST_ALLOCATED = 256 << 20;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static Target target = Target.NPY;
  private static Path file = Path.of("fuzz");

  private Fuzzed() {}

  /** Once, before the first input. */
  public static void fuzzerInitialize(String[] arguments) throws IOException {
    target = Target.valueOf(arguments[0]);
    file = Files.createTempDirectory("fuzz").resolve("fuzz." + arguments[0]);
    file.toFile().deleteOnExit();
  }

  /** Reads an input; an exception is a finding. */
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    Files.write(file, target.file(input));
    long allocated = allocated();
    if (allocated > MOST_ALLOCATED) {
      allocated = allocated(); // the first time loads classes and instruments them
    }
    if (allocated > MOST_ALLOCATED) {
      throw new AssertionError(
          "%s: %d bytes allocated for %d".formatted(target, allocated, input.length));
    }
  }

  private static long allocated() {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    target.read(file);
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }
}
