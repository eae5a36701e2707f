package io.fovea.kernel.vector.microkernel;

import java.lang.invoke.MethodHandles;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The micro-kernels of this process: equal descriptions are one kernel, so that layers share what
 * the compiler has learned about it. Classes are ordinary ones with speaking names, for stack
 * traces and profilers.
 */
public final class MicroKernels {
  private static final Map<BlockDescription, MicroKernel> MADE = new ConcurrentHashMap<>();

  private MicroKernels() {}

  /** The kernel of a description. */
  public static MicroKernel of(BlockDescription description) {
    return MADE.computeIfAbsent(description, MicroKernels::make);
  }

  private static MicroKernel make(BlockDescription description) {
    String name = MicroKernels.class.getPackageName() + "." + description.name();
    try {
      Class<?> made = MethodHandles.lookup().defineClass(Translator.classFile(description, name));
      return (MicroKernel) made.getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("micro-kernel " + name + ": cannot be made", e);
    }
  }
}
