package io.fovea.kernel.vector.microkernel;

import io.fovea.kernel.vector.microkernel.BlockDescription.Width;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The kernels of one operation by shape, each made when it is first needed. */
public final class KernelTable {
  /** Rows of a block, below this. */
  private static final int ROWS = 32;

  /** Vectors of a block, at most. */
  private static final int VECTORS = 8;

  private static final int WIDTHS = Width.values().length;

  private final @Nullable MicroKernel[] made = new MicroKernel[ROWS * VECTORS * WIDTHS];
  private final Describe describe;
  private final List<BlockDescription> bundled = new ArrayList<>();

  /** Says what the kernel of a shape computes. */
  public interface Describe {
    /** So many rows and vectors, of which so much is computed. */
    BlockDescription of(int rows, int vectors, Width width);
  }

  /** A table of such kernels. */
  public KernelTable(Describe describe) {
    this.describe = describe;
  }

  /** This table, with these shapes among those that the build writes: whole vectors. */
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

  /** The kernel of so many rows and whole vectors. */
  public MicroKernel get(int rows, int vectors) {
    return get(rows, vectors, Width.WHOLE);
  }

  /** The same where no more than a part of the vector is computed, or in parts. */
  @SuppressWarnings("EnumOrdinal") // an index of this process; a map would hash for each block
  public MicroKernel get(int rows, int vectors, Width width) {
    int index = (rows * VECTORS + vectors - 1) * WIDTHS + width.ordinal();
    MicroKernel kernel = made[index];
    if (kernel == null || KernelTrace.isRunning()) {
      kernel = MicroKernels.of(describe.of(rows, vectors, width));
      if (!KernelTrace.isRunning()) {
        made[index] = kernel; // equal descriptions are one kernel, whoever comes first
      }
    }
    return kernel;
  }
}
