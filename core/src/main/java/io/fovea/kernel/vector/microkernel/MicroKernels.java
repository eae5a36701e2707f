package io.fovea.kernel.vector.microkernel;

import java.lang.invoke.MethodHandles;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The micro-kernels of this process: equal descriptions share one kernel, so that layers share its
 * compiled code. The build writes the classes of usual shapes into the jar; others are generated on
 * first use. All have descriptive names, for stack traces and profilers.
 */
public final class MicroKernels {
  private static final Map<BlockDescription, MicroKernel> MADE = new ConcurrentHashMap<>();

  /** Those that {@link #warmUp} has not seen compiled yet. */
  private static final Map<BlockDescription, MicroKernel> COLD = new ConcurrentHashMap<>();

  private MicroKernels() {}

  /**
   * Has C2 compile the kernels made so far, for at most so many nanoseconds; {@link KernelWarmUp}.
   */
  public static void warmUp(long nanoseconds) {
    KernelWarmUp.run(COLD, nanoseconds);
  }

  public static MicroKernel of(BlockDescription description) {
    return MADE.computeIfAbsent(description, MicroKernels::make);
  }

  private static MicroKernel make(BlockDescription d) {
    d.requireFit();
    MicroKernel kernel =
        (MicroKernel) instance(d.name(), () -> Translator.classFile(d, className(d.name())));
    COLD.put(d, kernel);
    return kernel;
  }

  /** An instance of the class that the build has written, or of one generated now. */
  static Object instance(String simpleName, Supplier<byte[]> classFile) {
    String name = className(simpleName);
    try {
      return classOf(name, classFile).getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("micro-kernel " + name + ": cannot be made", e);
    }
  }

  private static Class<?> classOf(String name, Supplier<byte[]> classFile)
      throws IllegalAccessException {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException notBundled) {
      return MethodHandles.lookup().defineClass(classFile.get());
    }
  }

  static String className(String simpleName) {
    return MicroKernels.class.getPackageName() + "." + simpleName;
  }

  /** The class files of some tables' usual kernels and of programs, by class name. */
  public static SortedMap<String, byte[]> classFiles(
      Collection<KernelTable> tables, Collection<LaneProgram> programs) {
    SortedMap<String, byte[]> files = new TreeMap<>();
    for (KernelTable table : tables) {
      for (BlockDescription description : table.bundled()) {
        String name = className(description.name());
        files.put(name, Translator.classFile(description, name));
      }
    }
    programs.forEach(program -> files.put(className(program.name()), program.classFile()));
    return files;
  }
}
