package io.fovea.kernel.vector.microkernel;

import io.fovea.kernel.vector.microkernel.BlockDescription.Width;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The kernels of one operation by shape, each made on first use. */
public final class KernelTable {
  /** Blocks have fewer rows than this. */
  private static final int ROWS = 32;

  /** The most vectors of a block. */
  private static final int VECTORS = 8;

  private static final int WIDTHS = Width.values().length;

  private final @Nullable MicroKernel[] made = new MicroKernel[ROWS * VECTORS * WIDTHS];
  private final Describe describe;
  private final List<BlockDescription> bundled = new ArrayList<>();

  /** Describes the kernel of a shape. */
  public interface Describe {
    /** The description for {@code rows} rows and {@code vectors} vectors of this width. */
    BlockDescription of(int rows, int vectors, Width width);
  }

  /** A table of kernels with these descriptions; tables live as long as the process. */
  public KernelTable(Describe describe) {
    this.describe = describe;
  }

  /** Adds these shapes, with full vectors, to those that the build writes; returns this table. */
  public KernelTable bundle(int vectors, int... rows) {
    return bundle(List.of(Width.WHOLE), vectors, rows);
  }

  /** The same for one vector in parts. */
  public KernelTable bundle(List<Width> widths, int vectors, int... rows) {
    for (Width width : widths) {
      for (int count : rows) {
        bundled.add(describe.of(count, vectors, width));
      }
    }
    return this;
  }

  List<BlockDescription> bundled() {
    return bundled;
  }

  /** The kernel of {@code rows} rows and {@code vectors} full vectors. */
  public MicroKernel get(int rows, int vectors) {
    return get(rows, vectors, Width.WHOLE);
  }

  /** The same for a part of a vector, or a vector in parts. */
  @SuppressWarnings("EnumOrdinal") // an index of this process; a map would hash for each block
  public MicroKernel get(int rows, int vectors, Width width) {
    int index = (rows * VECTORS + vectors - 1) * WIDTHS + width.ordinal();
    MicroKernel kernel = made[index];
    if (kernel == null) {
      kernel = MicroKernels.of(describe.of(rows, vectors, width));
      made[index] = kernel; // equal descriptions give the same kernel, so a race is harmless
    }
    return kernel;
  }
}
