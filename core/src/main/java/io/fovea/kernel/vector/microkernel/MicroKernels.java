package io.fovea.kernel.vector.microkernel;

import java.lang.invoke.MethodHandles;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The micro-kernels of this process: equal descriptions share one kernel, so that layers share its
 * compiled code. The build writes the classes of usual shapes into the jar; others are generated on
 * first use. All have descriptive names, for stack traces and profilers.
 */
public final class MicroKernels {
  private static final Map<BlockDescription, MicroKernel> MADE = new ConcurrentHashMap<>();

  private static final AtomicInteger FRESH = new AtomicInteger();
  private static final AtomicInteger REPLACED = new AtomicInteger();

  private MicroKernels() {}

  /** The kernel of a description. */
  public static MicroKernel of(BlockDescription description) {
    return MADE.computeIfAbsent(description, MicroKernels::make);
  }

  private static MicroKernel make(BlockDescription d) {
    d.requireFit();
    return (MicroKernel) instance(d.name(), () -> Translator.classFile(d, className(d.name())));
  }

  /**
   * A kernel in a class of its own, which C2 compiles by itself: its code and its profile are not
   * those of an equal description's kernel.
   */
  static MicroKernel fresh(BlockDescription d) {
    d.requireFit();
    String name = d.name() + "_fresh" + FRESH.incrementAndGet();
    return (MicroKernel) instance(name, () -> Translator.classFile(d, className(name)));
  }

  /** The descriptions of which there are kernels. */
  static List<BlockDescription> made() {
    return List.copyOf(MADE.keySet());
  }

  /** Makes all users of a description's kernel take this one from their next look-up on. */
  static void replace(BlockDescription d, MicroKernel kernel) {
    MADE.put(d, kernel);
    KernelTable.forgetAll();
    REPLACED.incrementAndGet();
  }

  /** Changes when a kernel is replaced: who keeps kernels must look them up again. */
  public static int version() {
    return REPLACED.get();
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

  /** Whether the build has written the class. */
  static boolean isBundled(BlockDescription description) {
    return MicroKernels.class.getResource(description.name() + ".class") != null;
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
