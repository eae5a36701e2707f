package io.fovea.kernel.vector.microkernel;

import java.lang.invoke.MethodHandles;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The micro-kernels of this process: equal descriptions are one kernel, so that layers share what
 * the compiler has learned about it. The build writes the classes of usual shapes into the jar;
 * what is not there is made when first needed. All have speaking names, for stack traces and
 * profilers.
 */
public final class MicroKernels {
  private static final Map<BlockDescription, MicroKernel> MADE = new ConcurrentHashMap<>();

  private MicroKernels() {}

  /** The kernel of a description; while the thread is traced, one that notes its calls. */
  public static MicroKernel of(BlockDescription description) {
    if (KernelTrace.isRunning()) {
      return KernelTrace.noting(description);
    }
    return MADE.computeIfAbsent(description, MicroKernels::make);
  }

  private static MicroKernel make(BlockDescription description) {
    description.requireFit();
    String name = className(description);
    try {
      return (MicroKernel) classOf(description, name).getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("micro-kernel " + name + ": cannot be made", e);
    }
  }

  /** The class that the build has written, or one made now. */
  private static Class<?> classOf(BlockDescription description, String name)
      throws IllegalAccessException {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException notBundled) {
      return MethodHandles.lookup().defineClass(Translator.classFile(description, name));
    }
  }

  static String className(BlockDescription description) {
    return MicroKernels.class.getPackageName() + "." + description.name();
  }

  /** Whether the build has written the class. */
  static boolean isBundled(BlockDescription description) {
    return MicroKernels.class.getResource(description.name() + ".class") != null;
  }

  /**
   * The class files of the kernels that some tables ask for, by class name: what the build writes.
   */
  public static SortedMap<String, byte[]> classFiles(Collection<KernelTable> tables) {
    SortedMap<String, byte[]> files = new TreeMap<>();
    for (KernelTable table : tables) {
      for (BlockDescription description : table.bundled()) {
        String name = className(description);
        files.put(name, Translator.classFile(description, name));
      }
    }
    return files;
  }
}
