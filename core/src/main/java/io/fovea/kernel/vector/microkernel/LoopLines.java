package io.fovea.kernel.vector.microkernel;

import io.fovea.kernel.vector.microkernel.BlockDescription.Left;
import java.util.List;
import java.util.Locale;

/**
 * The loops of a driver as text, for {@code fovea kernels}: outside its chunks, inside its block.
 */
public final class LoopLines {
  private LoopLines() {}

  /**
   * The lines of a driver around a register block.
   *
   * @param chunks the chunks of work, which threads share
   * @param each what a chunk is
   * @param order the loops of a chunk, from the outermost to the one that computes a block
   * @param d the block that fills most; blocks at edges may be smaller
   */
  public static List<String> of(int chunks, String each, String order, BlockDescription d) {
    String width = d.width().name().toLowerCase(Locale.ROOT);
    String block =
        "%s (%s): %s, %d rows x %d vectors%s%s, %d of %d registers"
            .formatted(
                d.name(),
                MicroKernels.isBundled(d) ? "in the jar" : "made at run time",
                d.left() == Left.BROADCAST ? "broadcasts of a" : "vectors of a",
                d.groups() * d.rows(),
                d.vectors(),
                d.taps() == 1 ? "" : " x %d taps".formatted(d.taps()),
                d.width() == BlockDescription.Width.WHOLE ? "" : " (%s)".formatted(width),
                d.registers(),
                BlockDescription.available());
    return of(chunks, each, order, block);
  }

  /** The same around a block that is not generated. */
  public static List<String> of(int chunks, String each, String order, String block) {
    return List.of(
        "for %d chunks of work: %s".formatted(chunks, each), "  for " + order, "    " + block);
  }
}
